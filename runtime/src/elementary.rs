//! The table of elementary functions: one row is all there is to say about one.
//!
//! Input: the name of a callback macro. Output: a call of it with the rows. Invariant: this file is read by the run time
//! (value, derivative), by the compiler (`macros/`, what to keep) and by the tests (the domain), so it holds the table alone.
//!
//! A row reads: `z` = name(`x`), the domain on which it is tested, the values its derivative reads, the derivative, in terms of
//! a scalar type `T: Real`. `parametric` rows have inert parameters after a semicolon, each with the value tests use. `binary` rows have
//! the derivative in `x`, then the one in `y`, each with what it reads. Subgradients are those of PyTorch.

macro_rules! elementary {
    ($callback:ident) => { $callback! {
        unary {
            exp(x) = z, on -2.0..2.0, keep z => z;
            exp2(x) = z, on -2.0..2.0, keep z => z * T::LN_2;
            exp_m1(x) = z, on -2.0..2.0, keep z => z + T::ONE;
            ln(x) = z, on 0.2..4.0, keep x => x.recip();
            ln_1p(x) = z, on -0.8..3.0, keep x => (x + T::ONE).recip();
            log2(x) = z, on 0.2..4.0, keep x => (x * T::LN_2).recip();
            log10(x) = z, on 0.2..4.0, keep x => (x * T::LN_10).recip();
            square(x) = z, on -2.0..2.0, keep x => T::TWO * x;
            sqrt(x) = z, on 0.2..4.0, keep z => T::HALF / z;
            cbrt(x) = z, on 0.2..4.0, keep z => (T::from_f64(3.0) * z * z).recip();
            recip(x) = z, on 0.5..3.0, keep z => -z * z;
            abs(x) = z, on 0.1..2.0, keep x => x.sign();
            sin(x) = z, on -3.0..3.0, keep x => x.cos();
            cos(x) = z, on -3.0..3.0, keep x => -x.sin();
            tan(x) = z, on -1.2..1.2, keep z => T::ONE + z * z;
            asin(x) = z, on -0.9..0.9, keep x => (T::ONE - x * x).sqrt().recip();
            acos(x) = z, on -0.9..0.9, keep x => -(T::ONE - x * x).sqrt().recip();
            atan(x) = z, on -3.0..3.0, keep x => (T::ONE + x * x).recip();
            sinh(x) = z, on -2.0..2.0, keep x => x.cosh();
            cosh(x) = z, on -2.0..2.0, keep x => x.sinh();
            tanh(x) = z, on -2.0..2.0, keep z => T::ONE - z * z;
            asinh(x) = z, on -3.0..3.0, keep x => (x * x + T::ONE).sqrt().recip();
            acosh(x) = z, on 1.2..4.0, keep x => (x * x - T::ONE).sqrt().recip();
            atanh(x) = z, on -0.8..0.8, keep x => (T::ONE - x * x).recip();
            erf(x) = z, on -2.0..2.0, keep x => T::TWO_OVER_SQRT_PI * (-x * x).exp();
            sigmoid(x) = z, on -3.0..3.0, keep z => z * (T::ONE - z);
            relu(x) = z, on 0.1..2.0, keep z => z.step();
            gelu(x) = z, on -3.0..3.0, keep x => x.normal_cdf() + x * x.normal_pdf();
            silu(x) = z, on -3.0..3.0, keep x => x.sigmoid() * (T::ONE + x * (T::ONE - x.sigmoid()));
            softplus(x) = z, on -3.0..3.0, keep x => x.sigmoid();
            to_radians(x) = z, on -90.0..90.0, keep => T::ONE.to_radians();
            to_degrees(x) = z, on -2.0..2.0, keep => T::ONE.to_degrees();
            fract(x) = z, on 0.1..0.9, keep => T::ONE;
        }
        parametric {
            powi(x; n: i32 = 3) = z, on 0.5..2.0, keep x => if n == 0 { T::ZERO } else { T::from_f64(f64::from(n)) * x.powi(n - 1) };
            leaky_relu(x; slope: T = 0.1) = z, on -2.0..2.0, keep x => if x > T::ZERO { T::ONE } else { slope };
            clamp(x; lo: T = 0.25, hi: T = 1.5) = z, on -1.0..2.5, keep x => if x >= lo && x <= hi { T::ONE } else { T::ZERO };
        }
        binary {
            powf(x, y) = z, on 0.5..2.0, keep x y => if y == T::ZERO { T::ZERO } else { y * x.powf(y - T::ONE) },
                keep x y z => if x == T::ZERO && y >= T::ZERO { T::ZERO } else { z * x.ln() };
            max(x, y) = z, on -2.0..2.0, keep x y => T::HALF * (T::ONE + (x - y).sign()), keep x y => T::HALF * (T::ONE + (y - x).sign());
            min(x, y) = z, on -2.0..2.0, keep x y => T::HALF * (T::ONE + (y - x).sign()), keep x y => T::HALF * (T::ONE + (x - y).sign());
            atan2(x, y) = z, on 0.3..2.0, keep x y => y / (x * x + y * y), keep x y => -x / (x * x + y * y);
            hypot(x, y) = z, on 0.3..2.0, keep x z => if z == T::ZERO { T::ZERO } else { x / z }, keep y z => if z == T::ZERO { T::ZERO } else { y / z };
            copysign(x, y) = z, on 0.3..2.0, keep x z => x.sign() * z.sign(), keep => T::ZERO;
            rem_euclid(x, y) = z, on 1.1..1.9, keep => T::ONE, keep x y z => (z - x) / y;
            log(x, y) = z, on 1.3..3.0, keep x y => (x * y.ln()).recip(), keep y z => -z / (y * y.ln());
            midpoint(x, y) = z, on 0.3..2.0, keep => T::HALF, keep => T::HALF;
        }
    } };
}
