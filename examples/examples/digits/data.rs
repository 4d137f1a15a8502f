//! The digits: read, checked, split, put into batches.
//!
//! Input: a CSV file with 64 pixels from 0 to 16 and a label in each row. Output: digits with pixels from 0 to 1, or the first mistake
//! with its line and column. Invariant: a [`Digit`] has 64 finite pixels and a label below 10.

use pullback::prelude::*;
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64;
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// Pixels along a side.
pub(crate) const SIDE: usize = 8;
/// Pixels of a digit.
pub(crate) const PIXELS: usize = SIDE * SIDE;
/// Kinds of digits.
pub(crate) const CLASSES: usize = 10;
/// What a pixel of full ink reads in the file.
const INK: f32 = 16.0;
/// The fewest digits that leave some for the test: one in five goes there.
const FEWEST: usize = 5;

/// One handwritten digit.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Digit {
    /// Ink from 0 to 1, row by row.
    pub(crate) pixels: [f32; PIXELS],
    /// What was meant.
    pub(crate) label: usize,
}

/// What is wrong with the file, and where.
#[derive(Debug)]
pub(crate) struct DataError {
    file: String,
    /// Line and column, both from 1; the column counts the numbers of a row.
    place: Option<(u64, usize)>,
    problem: String,
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some((line, column)) => write!(f, "{}, line {line}, column {column}: {}", self.file, self.problem),
            None => write!(f, "{}: {}", self.file, self.problem),
        }
    }
}

impl std::error::Error for DataError {}

/// Reads all digits of a file.
pub(crate) fn read(path: &Path) -> Result<Vec<Digit>, DataError> {
    let name = path.display().to_string();
    match File::open(path) {
        Ok(file) => parse(&name, file),
        Err(e) if e.kind() == ErrorKind::NotFound => Err(DataError { file: name, place: None, problem: "there is no such file".into() }),
        Err(e) => Err(DataError { file: name, place: None, problem: format!("the file can't be opened: {e}") }),
    }
}

/// Reads all digits of an open file, which mistakes call `file`.
pub(crate) fn parse(file: &str, text: impl Read) -> Result<Vec<Digit>, DataError> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).quoting(false).trim(csv::Trim::All).from_reader(text.chain(&b"\n"[..]));
    let (mut digits, mut row, mut line) = (Vec::new(), csv::ByteRecord::new(), 0);
    let wrong = |place, problem: String| DataError { file: file.into(), place, problem };
    loop {
        match reader.read_byte_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => return Err(wrong(None, format!("the file can't be read: {e}"))),
        }
        // The row's own position is where the search for it began, before any empty lines.
        line = reader.position().line() - 1;
        digits.push(digit(&row).map_err(|(column, problem)| wrong(Some((line, column)), problem))?);
    }
    if digits.len() < FEWEST {
        return Err(wrong(Some((line + 1, 1)), format!("the file ends here; at least {FEWEST} digits are wanted")));
    }
    Ok(digits)
}

/// One row, or the column and nature of what is wrong with it.
fn digit(row: &csv::ByteRecord) -> Result<Digit, (usize, String)> {
    let mut pixels = [0.0; PIXELS];
    for (k, pixel) in pixels.iter_mut().enumerate() {
        *pixel = number(row, k, INK)? / INK;
    }
    let label = number(row, PIXELS, CLASSES as f32 - 1.0)?;
    if label.fract() != 0.0 {
        return Err((PIXELS + 1, format!("the label {label} is not a whole number")));
    }
    if row.len() > PIXELS + 1 {
        return Err((PIXELS + 2, format!("the row goes on after {PIXELS} pixels and the label")));
    }
    Ok(Digit { pixels, label: label as usize })
}

/// The number in a column, which lies between 0 and `most`.
fn number(row: &csv::ByteRecord, column: usize, most: f32) -> Result<f32, (usize, String)> {
    let Some(field) = row.get(column) else {
        return Err((column + 1, format!("the row ends here; {PIXELS} pixels and the label are wanted")));
    };
    let text = String::from_utf8_lossy(field);
    match text.parse() {
        Ok(value) if (0.0..=most).contains(&value) => Ok(value),
        Ok(value) => Err((column + 1, format!("{value} is not between 0 and {most}"))),
        Err(_) => Err((column + 1, format!("“{}” is not a number", text.escape_debug()))),
    }
}

/// Shuffles the digits and puts one in five aside: `(for training, for the test)`.
pub(crate) fn split(mut digits: Vec<Digit>, seed: u64) -> (Vec<Digit>, Vec<Digit>) {
    digits.shuffle(&mut Pcg64::seed_from_u64(seed));
    let test = digits.split_off(digits.len() - (digits.len() / 5).max(1));
    (digits, test)
}

/// Digits as a network wants them: pixels, `[n, 64]`, and labels.
pub(crate) fn batch<'a>(digits: impl IntoIterator<Item = &'a Digit>) -> (Tensor, Vec<usize>) {
    let (pixels, labels): (Vec<_>, Vec<_>) = digits.into_iter().map(|d| (d.pixels, d.label)).unzip();
    (Tensor::new(pixels.concat(), [labels.len(), PIXELS]), labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(change: impl FnOnce(&mut Vec<String>)) -> String {
        let mut fields = vec!["8".to_string(); PIXELS];
        fields.push("3".into());
        change(&mut fields);
        fields.join(",")
    }

    /// What is said of a file with five good rows and this one.
    fn said(bad: &str) -> String {
        let good = row(|_| {});
        let text = format!("{good}\n{good}\n{bad}\n{good}\n{good}\n{good}\n");
        parse("d.csv", text.as_bytes()).expect_err("a mistake").to_string()
    }

    #[test]
    fn mistakes_name_line_and_column() {
        let with = |k: usize, text: &str| said(&row(|f| f[k] = text.into()));
        assert_eq!(with(4, "abc"), "d.csv, line 3, column 5: “abc” is not a number");
        assert_eq!(with(4, ""), "d.csv, line 3, column 5: “” is not a number");
        assert_eq!(with(0, "17"), "d.csv, line 3, column 1: 17 is not between 0 and 16");
        assert_eq!(with(9, "NaN"), "d.csv, line 3, column 10: NaN is not between 0 and 16");
        assert_eq!(with(9, "-1"), "d.csv, line 3, column 10: -1 is not between 0 and 16");
        assert_eq!(with(64, "10"), "d.csv, line 3, column 65: 10 is not between 0 and 9");
        assert_eq!(with(64, "2.5"), "d.csv, line 3, column 65: the label 2.5 is not a whole number");
        let short = said(&row(|f| f.truncate(64)));
        assert_eq!(short, "d.csv, line 3, column 65: the row ends here; 64 pixels and the label are wanted");
        let long = said(&row(|f| f.push("1".into())));
        assert_eq!(long, "d.csv, line 3, column 66: the row goes on after 64 pixels and the label");
    }

    #[test]
    fn lines_are_counted_past_empty_ones() {
        assert_eq!(said(&format!("\n\n{}", row(|f| f[1] = "x".into()))), "d.csv, line 5, column 2: “x” is not a number");
        let last = format!("{}\n\nx", row(|_| {}));
        assert_eq!(parse("d.csv", last.as_bytes()).expect_err("a mistake").to_string(), "d.csv, line 3, column 1: “x” is not a number");
    }

    #[test]
    fn too_few_digits() {
        assert_eq!(
            parse("d.csv", &b""[..]).expect_err("empty").to_string(),
            "d.csv, line 1, column 1: the file ends here; at least 5 digits are wanted"
        );
        assert_eq!(read(Path::new("no/such.csv")).expect_err("no file").to_string(), "no/such.csv: there is no such file");
    }

    #[test]
    fn the_split_is_a_partition_and_is_decided_by_the_seed() {
        let digits: Vec<_> = (0..103).map(|k| Digit { pixels: [k as f32 / 200.0; PIXELS], label: k % 10 }).collect();
        let (train, test) = split(digits.clone(), 1);
        assert_eq!((train.len(), test.len()), (83, 20));
        assert_eq!(split(digits.clone(), 1), (train.clone(), test.clone()));
        assert_ne!(split(digits.clone(), 2).1, test);
        assert!(digits.iter().all(|d| train.contains(d) != test.contains(d)));
    }
}
