//! Programs as numerical programmers write them, each in a module of its own.
//!
//! Input: functions of a slice. Output: tests of every mode. Invariant: none is written for the differentiator.
#![allow(missing_docs, dead_code, unused, clippy::all, reason = "the corpus is written to be differentiated")]

mod books;
mod choices;
mod corners;
mod decompositions;
mod effects;
mod estimation;
mod fields;
mod finance;
mod given_by_name;
mod iterations;
mod languages;
mod learning;
mod lent_rows;
mod markets;
mod mechanics;
mod names;
mod networks;
mod numerics;
mod physics;
mod pieces;
mod queues;
mod references;
mod robotics;
mod searches;
mod sequences;
mod solvers;
mod statistics;
mod steps;
mod tensors;
mod tensors_of_numbers;
mod whole_numbers;
