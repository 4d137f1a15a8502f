//! The chart. Input: tables. Output: an SVG. Invariant: bars are the gradient's time relative to the hand-written adjoint, on a logarithmic axis.

use crate::report::Table;
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

/// Draws one group of bars for each case.
pub fn draw(tables: &[Table], file: &Path) -> Result<(), Box<dyn Error>> {
    let mut tools: Vec<&str> = tables.iter().flat_map(|t| t.rows.iter().map(|r| r.tool.as_str())).filter(|t| *t != "hand").collect();
    tools.sort_unstable_by_key(|tool| (*tool != "pullback", *tool));
    tools.dedup();
    let ratios: Vec<(usize, usize, f64)> = tables.iter().enumerate().flat_map(|(group, table)| ratios(table, group, &tools)).collect();
    let (low, high) = ratios.iter().fold((0.5_f64, 2.0_f64), |(l, h), r| (l.min(r.2 / 1.2), h.max(r.2 * 1.5)));
    let root = SVGBackend::new(file, (160 + 110 * tables.len().max(4) as u32, 480)).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("gradient ÷ hand-written adjoint", ("sans-serif", 20))
        .margin(10)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(0.0..tables.len() as f64, (low..high).log_scale())?;
    let label =
        |x: &f64| tables.get(*x as usize).filter(|_| x.fract() == 0.5).map_or(String::new(), |t| format!("{} ×{}", t.case, t.threads));
    chart.configure_mesh().disable_x_mesh().x_labels(2 * tables.len() + 1).x_label_formatter(&label).y_desc("times").draw()?;
    let width = 0.9 / tools.len().max(1) as f64;
    for (index, tool) in tools.iter().enumerate() {
        let color = Palette99::pick(index).to_rgba();
        let bars = ratios.iter().filter(|r| r.1 == index).map(|&(group, _, ratio)| {
            let left = group as f64 + 0.05 + width * index as f64;
            Rectangle::new([(left, 1.0), (left + width, ratio)], color.filled())
        });
        chart.draw_series(bars)?.label(*tool).legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 10, y + 5)], color.filled()));
    }
    chart.configure_series_labels().background_style(WHITE.mix(0.8)).border_style(BLACK).draw()?;
    root.present()?;
    Ok(())
}

fn ratios<'a>(table: &'a Table, group: usize, tools: &'a [&str]) -> impl Iterator<Item = (usize, usize, f64)> + 'a {
    let hand = table.rows.iter().find(|r| r.tool == "hand").and_then(|r| r.gradient).map_or(f64::NAN, |g| g.median);
    table.rows.iter().filter_map(move |row| {
        let index = tools.iter().position(|t| *t == row.tool)?;
        let ratio = row.gradient?.median / hand;
        ratio.is_finite().then_some((group, index, ratio))
    })
}
