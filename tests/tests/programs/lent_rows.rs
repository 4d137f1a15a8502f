//! Rows of rows, lent to calls by ranges.

mod at1 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn att(q: &[Vec<f64>], v: &[Vec<f64>]) -> f64 {
        let mut s = 0.0;
        for d in 0..2 {
            s += q.iter().zip(v.iter()).map(|(w, vj)| w[0] * vj[d]).sum::<f64>();
        }
        s
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
        att(&rows[0..2], &rows[1..3])
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod at4 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn att(q: &[Vec<f64>], v: &[Vec<f64>]) -> Vec<f64> {
        q.iter().enumerate().map(|(t, qi)| qi.iter().zip(&v[t]).map(|(a, b)| a * b).sum::<f64>()).collect()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
        att(&rows[0..2], &rows[1..3]).iter().sum()
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod at6 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn att(q: &[Vec<f64>], v: &[Vec<f64>]) -> Vec<Vec<f64>> {
        q.iter().map(|w| (0..v[0].len()).map(|d| w.iter().zip(v.iter()).map(|(w, vj)| w * vj[d]).sum()).collect()).collect()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
        let y = att(&rows[0..2], &rows[1..3]);
        y.iter().flat_map(|r| r.iter()).map(|a| a * a).sum::<f64>() + y.concat()[1]
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod at7 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn att(q: &[Vec<f64>]) -> Vec<Vec<f64>> {
        q.iter().map(|w| w.iter().map(|w| 2.0 * w).collect()).collect()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
        let y = att(&rows[0..2]);
        y.concat()[1]
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod bt1 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn sq(q: &mut [Vec<f64>]) {
        for r in q.iter_mut() {
            for v in r.iter_mut() {
                *v = *v * *v;
            }
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
        sq(&mut rows[0..2]);
        sq(&mut rows[1..3]);
        rows[0][1] + rows[1][0] * rows[2][1]
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod bt2 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn sq(q: &mut [Vec<f64>], k: usize) {
        let t = q[k][0];
        for i in 0..2 {
            q[k][i] *= t;
            q[k + 1][i] = q[k][1 - i] + q[k + 1][i];
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let mut rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
        sq(&mut rows[0..2], 0);
        sq(&mut rows[1..], 0);
        sq(&mut rows, 1);
        rows[0][1] + rows[1][0]
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod bt3 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn sq(q: &[Vec<Vec<f64>>], p: &[(f64, Vec<f64>)]) -> f64 {
        q[1][0][0] * q[0][0][1] + p[0].0 * p[1].1[0]
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let rows: Vec<Vec<Vec<f64>>> = x.chunks(2).map(|c| vec![c.to_vec()]).collect();
        let pairs: Vec<(f64, Vec<f64>)> = x.iter().map(|v| (*v, vec![*v, 2.0])).collect();
        let (_, tail) = rows.split_at(1);
        let mut s = sq(&rows[1..], &pairs[2..4]) + sq(tail, &pairs[0..]);
        for w in rows.windows(2) {
            s += sq(w, &pairs[..2]);
        }
        for w in rows.chunks(2) {
            if w.len() == 2 {
                s += sq(w, &pairs);
            }
        }
        let arr = [rows[0].clone(), rows[1].clone(), rows[2].clone()];
        s + sq(&arr[..2], &pairs[1..])
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod bt4 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Differentiable)]
    struct L {
        w: Vec<f64>,
    }
    #[derive(Clone, Differentiable)]
    struct N {
        ls: Vec<L>,
    }
    #[differentiable]
    fn g(ls: &[L]) -> f64 {
        let mut s = 0.0;
        for (i, l) in ls.iter().enumerate() {
            s += l.w[1] * l.w[0] + l.w.iter().map(|v| v * i as f64).sum::<f64>();
        }
        s
    }
    #[differentiable]
    fn h(l: &L) -> f64 {
        let mut s = 1.0;
        for k in 0..l.w.len() {
            s *= l.w[k];
        }
        s
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let n = N { ls: x.chunks(2).map(|c| L { w: c.to_vec() }).collect() };
        g(&n.ls[1..]) + h(&n.ls[0]) + g(&n.ls) + n.ls[1..].iter().map(|l| h(l)).sum::<f64>() + h(n.ls.last().unwrap()) + h(&n.ls[1..][0])
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod bt5 {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn rec(q: &[Vec<f64>], d: usize) -> f64 {
        if q.len() == 1 {
            return q[0][d % 2] * q[0][1];
        }
        let m = q.len() / 2;
        rec(&q[..m], d + 1) * 2.0 + rec(&q[m..], d + 1) + rec(&q[..m], d)
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
        let opt = vec![Some(rows[0].clone()), None, Some(rows[1].clone())];
        let g = |o: &[Option<Vec<f64>>]| o.iter().flatten().map(|v| v[0] * v[1]).sum::<f64>();
        rec(&rows, 0) + g(&opt[1..])
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod b4o {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Differentiable)]
    struct N {
        ls: Vec<Vec<f64>>,
    }
    #[differentiable]
    fn g(ls: &[Vec<f64>]) -> f64 {
        ls[0][1]
    }
    #[differentiable]
    fn h(l: &[f64]) -> f64 {
        let mut s = 1.0;
        for k in 0..l.len() {
            s *= l[k];
        }
        s
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let n = N { ls: x.chunks(2).map(|c| c.to_vec()).collect() };
        n.ls[1..].iter().map(|l| h(l)).sum::<f64>() + h(&n.ls[1..][0])
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod results_that_refer {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn middle<'a>(x: &'a [f64], from: usize) -> &'a [f64] {
        &x[from..x.len() - 1]
    }

    /// A call whose result is a reference is what a loop runs over.
    #[differentiable]
    fn over_the_result(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for v in middle(x, 1) {
            s += v * v;
        }
        for (k, v) in middle(&x[1..], 0).iter().enumerate() {
            s += v * k as f64 * x[0];
        }
        s
    }

    #[derive(Clone, Differentiable)]
    struct Table {
        rows: Vec<Vec<f64>>,
    }

    #[differentiable]
    fn rows(t: &Table) -> &[Vec<f64>] {
        &t.rows
    }

    #[differentiable]
    fn over_rows(x: &[f64]) -> f64 {
        let t = Table { rows: x.chunks(2).map(|c| c.to_vec()).collect() };
        let mut s = 0.0;
        for row in rows(&t) {
            for v in row {
                s += v.sin() * row[0];
            }
        }
        s
    }
    of_slices! {
    over_the_result at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]];
    over_rows at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}
