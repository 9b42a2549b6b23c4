//! CSV and NDJSON.

use std::io::Write;

use serde_json::{Map, Value};

use super::formula::inert;
use super::{Column, ExportValue, RowWriter};

/// Comma-separated values, with a head.
#[derive(Debug)]
pub(super) struct Csv<W: Write>(csv::Writer<W>);

impl<W: Write> Csv<W> {
    pub(super) fn new(columns: &[Column], out: W) -> anyhow::Result<Self> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(columns.iter().map(|column| inert(column.name).into_owned()))?;
        Ok(Self(writer))
    }
}

impl<W: Write> RowWriter for Csv<W> {
    fn row(&mut self, cells: &[ExportValue]) -> anyhow::Result<()> {
        let field = |cell: &ExportValue| match cell {
            ExportValue::Nothing => String::new(),
            ExportValue::Text(text) => text.clone(),
            ExportValue::Json(value) => value.to_string(),
            ExportValue::Number(number) => number.to_string(),
            ExportValue::Flag(flag) => flag.to_string(),
            ExportValue::Money(amount) => amount.to_string(),
        };
        Ok(self.0.write_record(cells.iter().map(field))?)
    }

    fn end(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.0.flush()?)
    }
}

/// One JSON object on each line; what there is nothing of is left out.
#[derive(Debug)]
pub(super) struct Ndjson<W: Write> {
    columns: &'static [Column],
    out: std::io::BufWriter<W>,
}

impl<W: Write> Ndjson<W> {
    pub(super) fn new(columns: &'static [Column], out: W) -> Self {
        Self { columns, out: std::io::BufWriter::new(out) }
    }
}

impl<W: Write> RowWriter for Ndjson<W> {
    fn row(&mut self, cells: &[ExportValue]) -> anyhow::Result<()> {
        let value = |cell: &ExportValue| match cell {
            ExportValue::Nothing => None,
            ExportValue::Text(text) => Some(text.as_str().into()),
            ExportValue::Json(value) => Some(value.clone()),
            ExportValue::Number(number) => Some((*number).into()),
            ExportValue::Flag(flag) => Some((*flag).into()),
            // As reports have it: text, since a JSON number may lose its last digits.
            ExportValue::Money(amount) => Some(amount.to_string().into()),
        };
        let fields = self.columns.iter().zip(cells);
        let object: Map<String, Value> =
            fields.filter_map(|(column, cell)| Some((column.name.to_owned(), value(cell)?))).collect();
        serde_json::to_writer(&mut self.out, &object)?;
        Ok(self.out.write_all(b"\n")?)
    }

    fn end(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}
