//! The corpus: changes of containers that move entries; conversions.
#![allow(missing_docs, clippy::all, reason = "the corpus is written to be differentiated")]

use pullback::prelude::*;
use pullback_tests::of_slices;

#[differentiable]
fn retain(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.retain(|a| *a > 0.41);
    v.retain(|&a| a < 1.0);
    v.iter().map(|a| a * a).sum()
}

#[differentiable]
fn drain(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let d: Vec<f64> = v.drain(1..3).collect();
    let e: f64 = v.drain(..1).map(|a| a * 2.0).sum();
    d[0] * d[1] + e + v.len() as f64 * v[0]
}

#[differentiable]
fn drain_loop(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut s = 1.0;
    for a in v.drain(..2) {
        s *= a;
    }
    s * v[0]
}

#[differentiable]
fn truncate_clear(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.truncate(2);
    let s = v[0] * v[1];
    v.clear();
    v.push(s);
    v.insert(0, x[2]);
    let r = v.remove(1);
    v.push(r * x[0]);
    let q = v.swap_remove(0);
    q * v[0]
}

#[differentiable]
fn rotate_reverse(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.rotate_left(1);
    v.reverse();
    v[1..].rotate_right(1);
    v[..2].reverse();
    v.iter().enumerate().map(|(i, a)| a.powi(i as i32 + 1)).sum()
}

#[differentiable]
fn split_append_concat(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    let mut w = v.split_off(2);
    w[0] *= x[0];
    v.append(&mut w);
    let c = [v.clone(), x.to_vec()].concat();
    let d = vec![&v[..1], &x[1..2]].concat();
    let e = [x, &v].concat();
    c.iter().product::<f64>() + d[0] * d[1] + e[5]
}

#[differentiable]
fn sort_unstable(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_unstable_by(|a, b| a.partial_cmp(b).unwrap());
    let mut w = x.to_vec();
    w.sort_by(|a, b| b.total_cmp(a));
    w.sort_unstable_by(f64::total_cmp);
    v[0] * v[1] * 2.0 + w[3] * w[0]
}

#[differentiable]
fn sort_by_key(x: &[f64]) -> f64 {
    let mut v: Vec<(usize, f64)> = x.iter().copied().enumerate().collect();
    v.sort_by(|a, b| a.1.total_cmp(&b.1));
    v.sort_by_key(|p| std::cmp::Reverse(p.0));
    v[0].1 * v[1].1 * 2.0
}

#[differentiable]
fn median(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let n = v.len();
    if n % 2 == 0 { (v[n / 2 - 1] + v[n / 2]) / 2.0 } else { v[n / 2] }
}

#[differentiable]
fn extend_variants(x: &[f64]) -> f64 {
    let mut v = Vec::with_capacity(8);
    v.extend(x);
    v.extend(x.iter().map(|a| a * a));
    v.extend([x[0], x[1]]);
    v.extend_from_slice(&x[1..]);
    v.extend(vec![x[0] * 2.0; 2]);
    v.extend_from_within(..2);
    v.resize(20, x[1]);
    v.iter().enumerate().map(|(i, a)| a * (i as f64).cos()).sum()
}

#[differentiable]
fn fill_variants(x: &[f64]) -> f64 {
    let mut v = vec![0.0; 6];
    v.fill(x[0]);
    v[1..3].fill(x[1]);
    v[3..5].copy_from_slice(&x[..2]);
    v.copy_within(0..2, 4);
    let mut w = [0.0; 4];
    w.copy_from_slice(x);
    w.clone_from_slice(&v[..4]);
    w.swap(0, 3);
    v.iter().product::<f64>() + w.iter().enumerate().map(|(i, a)| a * i as f64).sum::<f64>()
}

#[differentiable]
fn swap_mem(x: &[f64]) -> f64 {
    let (mut a, mut b) = (x[0], x[1] * x[2]);
    std::mem::swap(&mut a, &mut b);
    let o = std::mem::replace(&mut a, x[3]);
    let t = std::mem::take(&mut b);
    let mut v = x.to_vec();
    let w = std::mem::take(&mut v);
    v.push(o);
    a * o + t * b + w[0] * v[0]
}

#[differentiable]
fn distinct(x: &[f64]) -> f64 {
    let mut v = x.to_vec();
    v.push(x[3]);
    v.push(x[0]);
    v.dedup();
    v.iter().enumerate().map(|(i, a)| a * (i + 1) as f64).sum()
}

#[differentiable]
fn slice_to_array(x: &[f64]) -> f64 {
    let a: [f64; 2] = x[..2].try_into().unwrap();
    let b: &[f64; 2] = x[1..3].try_into().unwrap();
    a[0] * a[1] * b[1]
}

#[differentiable]
fn collect_array(x: &[f64]) -> f64 {
    let a: [f64; 2] = x.iter().take(2).map(|v| v * v).collect::<Vec<_>>().try_into().unwrap();
    a[0] * a[1]
}

#[differentiable]
fn vec_conversions(x: &[f64]) -> f64 {
    let a: Vec<f64> = x.into();
    let b = Vec::from(x);
    let c: Vec<f64> = [x[0], x[1]].into();
    let d = Vec::from([x[2] * x[0], x[1]]);
    a[0] * b[1] + c[0] * d[0]
}

#[differentiable]
fn for_array_mut(x: &[f64]) -> f64 {
    let mut m = [[0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            m[i][j] = x[i] * x[j + 1];
        }
    }
    for row in &mut m {
        for e in row {
            *e = e.sqrt();
        }
    }
    for row in m.iter_mut() {
        row.iter_mut().for_each(|e| *e *= 1.5);
    }
    m.iter().flatten().sum::<f64>() + m.concat().iter().product::<f64>()
}

#[differentiable]
fn for_rows(x: &[f64]) -> f64 {
    let mut m = vec![vec![x[0], x[1]], vec![x[2], x[3]]];
    for (i, row) in m.iter_mut().enumerate() {
        for (j, e) in row.iter_mut().enumerate() {
            *e *= x[j] + i as f64;
        }
    }
    for row in &mut m {
        let s: f64 = row.iter().sum();
        for e in row.iter_mut() {
            *e /= s;
        }
    }
    for row in m.iter_mut() {
        row[0] *= 2.0;
        row.swap(0, 1);
    }
    for r in m.chunks_mut(1) {
        r[0][0] += x[0];
    }
    m.iter().map(|r| r.iter().map(|v| v * v).sum::<f64>()).sum()
}

#[derive(Clone, Differentiable)]
struct Body {
    pos: [f64; 2],
    vel: [f64; 2],
    m: f64,
}
#[differentiable]
fn mutate_through_index_of_struct(x: &[f64]) -> f64 {
    let mut b: Vec<Body> = (0..2).map(|i| Body { pos: [x[i], x[i + 1]], vel: [0.0, x[3]], m: x[i + 2] }).collect();
    for _ in 0..2 {
        for i in 0..b.len() {
            for j in 0..b.len() {
                if i == j {
                    continue;
                }
                let d = b[j].pos[0] - b[i].pos[0];
                b[i].vel[0] += d * b[j].m;
            }
        }
        for p in b.iter_mut() {
            for k in 0..2 {
                p.pos[k] += 0.1 * p.vel[k];
            }
        }
        for p in &mut b {
            p.pos.iter_mut().zip(p.vel.iter()).for_each(|(q, v)| *q += 0.1 * v);
        }
    }
    b.iter().map(|p| p.pos[0] * p.m).sum()
}

#[differentiable]
fn stack_pop(x: &[f64]) -> f64 {
    let mut stack = vec![x[0], x[1]];
    let mut s = 0.0;
    while let Some(v) = stack.pop() {
        s += v * v;
        if stack.len() < 3 && v > 0.31 {
            stack.push(v * 0.5);
            stack.push(v * x[2] * 0.3);
        }
    }
    s
}

#[differentiable]
fn stack_tuples(x: &[f64]) -> f64 {
    let mut stack = vec![(x[0], 0)];
    let mut s = 1.0;
    while let Some((v, depth)) = stack.pop() {
        s += v.sin();
        if depth < 2 {
            stack.push((v * 0.5, depth + 1));
            stack.push((v * x[1], depth + 1));
        }
    }
    s
}

#[differentiable]
fn ranges_as_values(x: &[f64]) -> f64 {
    let r = 1..x.len();
    let mut s = 0.0;
    for i in r.clone() {
        s += x[i] * x[i - 1];
    }
    if (0.0..=x[2]).contains(&x[0]) {
        s *= 2.0;
    }
    if !(0.1..0.4).contains(&x[3]) {
        s += x[3];
    }
    s + x[1]
}

of_slices! {
    retain at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    drain at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    drain_loop at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    truncate_clear at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    rotate_reverse at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    split_append_concat at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    sort_unstable at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    sort_by_key at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    median at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    extend_variants at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    fill_variants at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    swap_mem at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    distinct at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    slice_to_array at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    collect_array at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    vec_conversions at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    for_array_mut at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    for_rows at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    mutate_through_index_of_struct at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    stack_pop at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    stack_tuples at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
    ranges_as_values at [vec![0.3, 0.7, 1.1, 0.5], vec![0.9, 0.2, 0.4, 1.3], vec![0.45, 0.8, 0.6, 0.15]];
}
