//! Networks: cells, attention, convolutions.

mod rnn_gru {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[derive(Clone, Differentiable)]
    struct Gru {
        wz: [[f64; 2]; 2],
        wr: [[f64; 2]; 2],
        wh: [[f64; 2]; 2],
        b: [f64; 2],
    }
    #[differentiable]
    fn sigmoid(x: f64) -> f64 {
        1.0 / (1.0 + (-x).exp())
    }
    #[differentiable]
    fn matvec<const R: usize, const C: usize>(m: &[[f64; C]; R], v: &[f64; C]) -> [f64; R] {
        let mut out = [0.0; R];
        for (o, row) in out.iter_mut().zip(m) {
            for (a, b) in row.iter().zip(v) {
                *o += a * b;
            }
        }
        out
    }
    #[differentiable]
    impl Gru {
        fn cell(&self, h: [f64; 2], x: f64) -> [f64; 2] {
            let z = matvec(&self.wz, &h).map(|a| sigmoid(a + x));
            let r = matvec(&self.wr, &h).map(sigmoid);
            let rh = [r[0] * h[0], r[1] * h[1]];
            let c = matvec(&self.wh, &rh);
            let mut out = [0.0; 2];
            for i in 0..2 {
                let cand = (c[i] + self.b[i] * x).tanh();
                out[i] = (1.0 - z[i]) * h[i] + z[i] * cand;
            }
            out
        }
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let g = Gru { wz: [[x[0], x[1]], [x[2], x[3]]], wr: [[x[1], x[0]], [x[3], x[2]]], wh: [[x[4], 0.1], [0.2, x[5]]], b: [x[0], x[5]] };
        let h = [0.5, -0.3, 0.8].iter().fold([0.1, -0.1], |h, &u| g.cell(h, u));
        h[0] * 2.0 + h[1]
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4]]; }
}

mod attention {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn softmax(v: &[f64]) -> Vec<f64> {
        let m = v.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
        let e: Vec<f64> = v.iter().map(|x| (x - m).exp()).collect();
        let s: f64 = e.iter().sum();
        e.into_iter().map(|x| x / s).collect()
    }
    #[differentiable]
    fn attention(q: &[Vec<f64>], k: &[Vec<f64>], v: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let scale = (q[0].len() as f64).sqrt();
        q.iter()
            .enumerate()
            .map(|(t, qi)| {
                let scores: Vec<f64> = k.iter().take(t + 1).map(|kj| qi.iter().zip(kj).map(|(a, b)| a * b).sum::<f64>() / scale).collect();
                let w = softmax(&scores);
                (0..v[0].len()).map(|d| w.iter().zip(v.iter()).map(|(w, vj)| w * vj[d]).sum()).collect()
            })
            .collect()
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let rows: Vec<Vec<f64>> = x.chunks(2).map(|c| c.to_vec()).collect();
        let y = attention(&rows[0..2], &rows[2..4], &rows[1..3]);
        y.iter().flat_map(|r| r.iter()).map(|a| a * a).sum::<f64>() + y.concat()[1]
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4, 0.3, -0.8]]; }
}

mod conv2d {
    use pullback::prelude::*;
    use pullback_tests::of_slices;

    #[differentiable]
    fn conv2d(img: &[f64], w: usize, h: usize, ker: &[[f64; 3]; 3]) -> Vec<f64> {
        let mut out = vec![0.0; w * h];
        for y in 0..h as isize {
            for x in 0..w as isize {
                let mut acc = 0.0;
                for dy in -1..=1isize {
                    for dx in -1..=1isize {
                        let (yy, xx) = (y + dy, x + dx);
                        if yy < 0 || xx < 0 || yy >= h as isize || xx >= w as isize {
                            continue;
                        }
                        acc += img[yy as usize * w + xx as usize] * ker[(dy + 1) as usize][(dx + 1) as usize];
                    }
                }
                out[y as usize * w + x as usize] = acc.max(0.01 * acc);
            }
        }
        out
    }
    #[differentiable]
    fn f(x: &[f64]) -> f64 {
        let ker = [[x[0], x[1], 0.1], [0.2, x[2], -0.3], [0.0, x[0], x[1] * x[2]]];
        let img = &x[3..];
        let y = conv2d(&conv2d(img, 3, 2, &ker), 3, 2, &ker);
        y.iter().sum()
    }
    of_slices! { f at [[0.1, 0.2, -0.1, 0.9, 1.3, 0.4, 0.3, -0.8, 0.77]]; }
}
