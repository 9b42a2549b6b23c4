//! Parquet: typed columns, in groups of rows that fit into memory.

use std::fmt::Write as _;
use std::io::Write;
use std::sync::Arc;

use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::{Column, ColumnKind, ExportValue, RowWriter};

/// Rows of a group.
const GROUP: usize = 10_000;

/// A file that is being written, and the group that is not full yet, by columns.
pub(super) struct Parquet<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    kinds: Vec<ColumnKind>,
    group: Vec<Vec<ExportValue>>,
}

impl<W: Write + Send> Parquet<W> {
    pub(super) fn new(columns: &[Column], out: W) -> anyhow::Result<Self> {
        let mut message = "message askfirst {".to_owned();
        for Column { name, kind } in columns {
            let kind = match kind {
                ColumnKind::Text => format!("BYTE_ARRAY {name} (UTF8)"),
                ColumnKind::Json => format!("BYTE_ARRAY {name} (JSON)"),
                ColumnKind::Number => format!("INT64 {name}"),
                ColumnKind::Flag => format!("BOOLEAN {name}"),
                ColumnKind::Money => format!("INT64 {name} (DECIMAL(18, 3))"),
            };
            write!(message, " OPTIONAL {kind};")?;
        }
        message.push('}');
        let schema = Arc::new(parse_message_type(&message)?);
        let writer = SerializedFileWriter::new(out, schema, Arc::new(WriterProperties::builder().build()))?;
        let kinds: Vec<ColumnKind> = columns.iter().map(|column| column.kind).collect();
        let group = kinds.iter().map(|_| Vec::new()).collect();
        Ok(Self { writer, kinds, group })
    }

    fn write_group(&mut self) -> anyhow::Result<()> {
        let mut group = self.writer.next_row_group()?;
        for (kind, cells) in self.kinds.iter().zip(&mut self.group) {
            let Some(mut column) = group.next_column()? else { break };
            let cells = std::mem::take(cells);
            match kind {
                ColumnKind::Text | ColumnKind::Json => {
                    put::<ByteArrayType>(&mut column, cells, |cell| match cell {
                        ExportValue::Text(text) => Some(ByteArray::from(text.into_bytes())),
                        ExportValue::Json(value) => Some(ByteArray::from(value.to_string().into_bytes())),
                        _ => None,
                    })
                }
                ColumnKind::Number | ColumnKind::Money => {
                    put::<Int64Type>(&mut column, cells, |cell| match cell {
                        ExportValue::Number(number) => Some(number),
                        ExportValue::Money(amount) => Some(amount.0),
                        _ => None,
                    })
                }
                ColumnKind::Flag => put::<BoolType>(&mut column, cells, |cell| match cell {
                    ExportValue::Flag(flag) => Some(flag),
                    _ => None,
                }),
            }?;
            column.close()?;
        }
        group.close()?;
        Ok(())
    }
}

/// Writes a column: the values that are there, and for each row whether there is one.
fn put<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    cells: Vec<ExportValue>,
    value: impl Fn(ExportValue) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let values: Vec<Option<T::T>> = cells.into_iter().map(value).collect();
    let there: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    column.typed::<T>().write_batch(&values, Some(&there), None).map(drop)
}

impl<W: Write + Send> RowWriter for Parquet<W> {
    fn row(&mut self, cells: &[ExportValue]) -> anyhow::Result<()> {
        for (column, cell) in self.group.iter_mut().zip(cells) {
            column.push(cell.clone());
        }
        if self.group.first().is_some_and(|column| column.len() >= GROUP) {
            self.write_group()?;
        }
        Ok(())
    }

    fn end(mut self: Box<Self>) -> anyhow::Result<()> {
        if self.group.first().is_some_and(|column| !column.is_empty()) {
            self.write_group()?;
        }
        self.writer.close()?;
        Ok(())
    }
}
