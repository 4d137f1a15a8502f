//! The pictures: the course of the training, the confusion matrix, the digits that were not recognised.
//!
//! Input: the history and the outcome. Output: SVG files in a directory, which is made if need be.
//! Invariant: every picture says what it shows without the terminal beside it.

use crate::data::{CLASSES, SIDE};
use crate::report::{Mistake, Outcome};
use crate::train::{Epoch, History};
use plotters::coord::Shift;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::coord::types::RangedCoordusize;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::error::Error;
use std::path::{Path, PathBuf};

type Drawn = Result<(), Box<dyn Error>>;
type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const BLUE: RGBColor = RGBColor(31, 98, 178);
const ORANGE: RGBColor = RGBColor(214, 105, 22);
const INK: RGBColor = RGBColor(38, 42, 51);
const PALE: RGBColor = RGBColor(226, 229, 235);

/// Draws everything; the files written.
pub(crate) fn draw(dir: &Path, history: &History, outcome: &Outcome) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let failed = |e: &dyn Error| format!("the pictures can't be written to {}: {e}", dir.display());
    std::fs::create_dir_all(dir).map_err(|e| failed(&e))?;
    let files = ["training.svg", "confusion.svg", "mistakes.svg"].map(|name| dir.join(name));
    let rows = outcome.mistakes.len().div_ceil(PER_ROW).max(1) as u32;
    let sizes = [(960, 420), (640, 640), (PER_ROW as u32 * CELL.0 + 40, rows * CELL.1 + 80)];
    for ((file, size), picture) in files.iter().zip(sizes).zip(0..) {
        let area = SVGBackend::new(file, size).into_drawing_area();
        area.fill(&WHITE)?;
        match picture {
            0 => training(&area, &history.epochs),
            1 => confusion(&area, outcome),
            _ => mistakes(&area, &outcome.mistakes, outcome.total),
        }?;
        area.present().map_err(|e| failed(&e))?;
    }
    Ok(files.into())
}

/// Text of a size, anchored.
fn text<'a>(size: u32, h: HPos, v: VPos) -> TextStyle<'a> {
    ("sans-serif", size).into_font().color(&INK).pos(Pos::new(h, v))
}

/// Loss on the left, accuracy on the right.
fn training(area: &Area, epochs: &[Epoch]) -> Drawn {
    let (left, right) = area.split_horizontally(480);
    let losses = || epochs.iter().flat_map(|e| [e.loss, e.test_loss]).filter(|l| l.is_finite() && *l > 0.0);
    let (low, high) = (losses().fold(1.0, f32::min), losses().fold(0.1, f32::max));
    let range = (low * 0.8..high * 1.25).log_scale();
    let mut chart = frame(&left, "Mean cross-entropy").build_cartesian_2d(1..epochs.len().max(2), range)?;
    axes(&mut chart, "loss (logarithmic)", |y| format!("{y}"))?;
    line(&mut chart, epochs.iter().map(|e| e.loss), BLUE, "training")?;
    line(&mut chart, epochs.iter().map(|e| e.test_loss), ORANGE, "test")?;
    let mut names = chart.configure_series_labels();
    names.position(SeriesLabelPosition::UpperRight).border_style(PALE).background_style(WHITE);
    names.label_font(text(14, HPos::Left, VPos::Top)).draw()?;

    let worst = epochs.iter().map(|e| e.accuracy).fold(0.9, f32::min);
    let mut chart = frame(&right, "Accuracy on the test").build_cartesian_2d(1..epochs.len().max(2), worst - 0.01..1.0)?;
    axes(&mut chart, "digits recognised", |y| format!("{:.0} %", 100.0 * y))?;
    line(&mut chart, epochs.iter().map(|e| e.accuracy), ORANGE, "test")
}

type Chart<'a, 'b, Y> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordusize, Y>>;

fn frame<'a, 'b>(area: &'a Area<'b>, title: &str) -> ChartBuilder<'a, 'b, SVGBackend<'b>> {
    let mut builder = ChartBuilder::on(area);
    builder.caption(title, text(18, HPos::Center, VPos::Top)).margin(16).x_label_area_size(44).y_label_area_size(64);
    builder
}

fn axes<Y>(chart: &mut Chart<'_, '_, Y>, name: &str, label: impl Fn(&f32) -> String) -> Drawn
where
    Y: Ranged<ValueType = f32> + ValueFormatter<f32>,
{
    let mut mesh = chart.configure_mesh();
    mesh.light_line_style(TRANSPARENT).bold_line_style(PALE).axis_style(INK).y_label_formatter(&label);
    mesh.label_style(text(13, HPos::Left, VPos::Top)).x_desc("epoch").y_desc(name).draw()?;
    Ok(())
}

fn line<Y>(chart: &mut Chart<'_, '_, Y>, values: impl Iterator<Item = f32>, color: RGBColor, name: &str) -> Drawn
where
    Y: Ranged<ValueType = f32>,
{
    let points = (1..).zip(values).filter(|(_, y)| y.is_finite());
    let legend = move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2));
    chart.draw_series(LineSeries::new(points, color.stroke_width(2)))?.label(name).legend(legend);
    Ok(())
}

/// What each digit was taken for, as a table: rows are what was meant.
fn confusion(area: &Area, outcome: &Outcome) -> Drawn {
    const SIZE: i32 = 50;
    let (left, top) = (90, 100);
    let put = |s: &str, size, x, y| area.draw_text(s, &text(size, HPos::Center, VPos::Center), (x, y));
    put(&format!("{} of {} test digits recognised", outcome.right(), outcome.total), 20, 320, 30)?;
    put("taken for", 15, left + 5 * SIZE, 62)?;
    put("is", 15, left - 52, top + 5 * SIZE)?;
    for k in 0..CLASSES as i32 {
        put(&k.to_string(), 15, left + k * SIZE + SIZE / 2, top - 14)?;
        put(&k.to_string(), 15, left - 16, top + k * SIZE + SIZE / 2)?;
    }
    for (is, row) in outcome.confusion.iter().enumerate() {
        let most = row.iter().sum::<usize>().max(1) as f64;
        for (taken, &count) in row.iter().enumerate() {
            let (x, y) = (left + taken as i32 * SIZE, top + is as i32 * SIZE);
            // A single mistake is meant to be seen, so its colour starts well above white.
            let strength = if is == taken { count as f64 / most } else { (0.25 + 2.0 * count as f64 / most).min(1.0) };
            let color = if is == taken { BLUE } else { ORANGE }.mix(if count == 0 { 0.0 } else { strength });
            area.draw(&Rectangle::new([(x, y), (x + SIZE, y + SIZE)], color.filled()))?;
            area.draw(&Rectangle::new([(x, y), (x + SIZE, y + SIZE)], PALE))?;
            if count > 0 {
                let ink = if strength > 0.6 { WHITE } else { INK };
                let style = text(16, HPos::Center, VPos::Center).color(&ink);
                area.draw_text(&count.to_string(), &style, (x + SIZE / 2, y + SIZE / 2))?;
            }
        }
    }
    Ok(())
}

/// Pictures of digits in a row, and the room for each.
const PER_ROW: usize = 6;
const CELL: (u32, u32) = (132, 158);

/// The digits that were taken for others.
fn mistakes(area: &Area, mistakes: &[Mistake], total: usize) -> Drawn {
    const PIXEL: i32 = 14;
    let title = format!("{} of {total} test digits not recognised", mistakes.len());
    let middle = (PER_ROW as i32 * CELL.0 as i32 + 40) / 2;
    area.draw_text(&title, &text(20, HPos::Center, VPos::Center), (middle, 30))?;
    let indent = middle - (mistakes.len().min(PER_ROW) as i32 * CELL.0 as i32) / 2 + 10;
    for (k, mistake) in mistakes.iter().enumerate() {
        let (left, top) = (indent + (k % PER_ROW) as i32 * CELL.0 as i32, 64 + (k / PER_ROW) as i32 * CELL.1 as i32);
        for (at, ink) in mistake.digit.pixels.iter().enumerate() {
            let (x, y) = (left + (at % SIDE) as i32 * PIXEL, top + (at / SIDE) as i32 * PIXEL);
            area.draw(&Rectangle::new([(x, y), (x + PIXEL, y + PIXEL)], INK.mix(f64::from(*ink)).filled()))?;
        }
        let side = SIDE as i32 * PIXEL;
        area.draw(&Rectangle::new([(left, top), (left + side, top + side)], PALE))?;
        let said = format!("{}, taken for {}", mistake.digit.label, mistake.taken_for);
        area.draw_text(&said, &text(14, HPos::Center, VPos::Center), (left + side / 2, top + side + 14))?;
    }
    Ok(())
}
