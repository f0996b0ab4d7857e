//! Arrow columns, directed by a [`Kind`]: what `peering.Table` hands to pandas, polars and duckdb.
//!
//! | shape | Arrow type |
//! |---|---|
//! | bool, int, float, text | bool, int64, float64, large string |
//! | addresses, prefixes, enums (int64 if all their values are whole numbers) | large string |
//! | datetime, duration | timestamp[us, UTC], duration[us] |
//! | a record, a list | struct, large list |
//! | a choice of records | struct of the tag and one field for each record that holds something; text if none does |
//! | maps and whatever JSON can say | JSON as large string |
//! | secrets | `<redacted>` as large string |
//!
//! Everything may be null, whatever the record says: the schema goes by the class alone, never by the rows.

use std::sync::Arc;

use arrow_array::builder::{
    BooleanBuilder, DurationMicrosecondBuilder, Float64Builder, Int64Builder, LargeStringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    Array as _, ArrayRef, LargeListArray, RecordBatch, RecordBatchIterator, RecordBatchOptions, StructArray,
};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, TimeUnit};
use pyo3::prelude::*;
use pyo3::types::PyInt;
use serde_json::Value;

use super::read::{Form, to_value};
use super::write::Misfit;
use super::{EnumKind, Kind, RecordKind, Variant};

/// The rows of a table, column by column.
pub(crate) struct Columns {
    rows: usize,
    /// The fields of the record; or one, `value`, for rows that are none.
    pub(super) root: Column,
    is_record: bool,
}

impl Columns {
    pub(super) fn new(py: Python<'_>, kind: &Kind) -> PyResult<Self> {
        Ok(Columns { rows: 0, root: Column::new(py, kind)?, is_record: matches!(kind, Kind::Record(_)) })
    }

    /// One more row.
    pub(crate) fn push<T: serde::Serialize + ?Sized>(&mut self, row: &T) -> Result<(), Misfit> {
        self.root.append(row).map_err(|misfit| misfit.at(&self.rows.to_string()))?;
        self.rows += 1;
        Ok(())
    }

    pub(crate) fn schema(&self) -> Schema {
        match self.root.data_type() {
            DataType::Struct(fields) if self.is_record => Schema::new(fields),
            other => Schema::new(vec![Field::new("value", other, true)]),
        }
    }

    /// The rows as a stream of one batch.
    pub(crate) fn stream(self) -> Result<FFI_ArrowArrayStream, ArrowError> {
        let (rows, schema) = (self.rows, Arc::new(self.schema()));
        let columns = match self.root {
            Column::Record(record) if self.is_record => record.finish()?,
            other => vec![other.finish()?],
        };
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &options)?;
        Ok(FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema))))
    }
}

/// One column that grows.
pub(super) enum Column {
    Bool(BooleanBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Text(LargeStringBuilder),
    Moment(TimestampMicrosecondBuilder),
    Span(DurationMicrosecondBuilder),
    Json(LargeStringBuilder),
    Hidden(LargeStringBuilder),
    Record(Record),
    List(List),
    Choice(Choice),
}

impl Column {
    fn new(py: Python<'_>, kind: &Kind) -> PyResult<Self> {
        Ok(match kind {
            Kind::Optional(kind) => Column::new(py, kind)?,
            Kind::Bool => Column::Bool(BooleanBuilder::new()),
            Kind::Int => Column::Int(Int64Builder::new()),
            Kind::Float => Column::Float(Float64Builder::new()),
            Kind::Text | Kind::Path | Kind::Address | Kind::Network | Kind::Interface => Column::text(),
            Kind::DateTime => Column::Moment(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Duration => Column::Span(DurationMicrosecondBuilder::new()),
            Kind::Enum(of) if holds_numbers(py, of) => Column::Int(Int64Builder::new()),
            Kind::Enum(_) => Column::text(),
            Kind::Any | Kind::Map(_) => Column::Json(LargeStringBuilder::new()),
            // What holds itself has no columns.
            Kind::Secret(_) | Kind::Later(_) => Column::Hidden(LargeStringBuilder::new()),
            Kind::Record(of) => Column::Record(Record::new(py, of)?),
            Kind::List(item) => Column::List(List {
                item: Box::new(Column::new(py, item)?),
                ends: vec![0],
                nulls: NullBufferBuilder::new(0),
            }),
            Kind::Choice(of) if of.iter().all(|variant| is_bare(&variant.kind)) => Column::text(),
            Kind::Choice(of) => Column::Choice(Choice::new(py, of)?),
        })
    }

    fn text() -> Self {
        Column::Text(LargeStringBuilder::new())
    }

    pub(super) fn data_type(&self) -> DataType {
        match self {
            Column::Bool(_) => DataType::Boolean,
            Column::Int(_) => DataType::Int64,
            Column::Float(_) => DataType::Float64,
            Column::Text(_) | Column::Json(_) | Column::Hidden(_) => DataType::LargeUtf8,
            Column::Moment(_) => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Column::Span(_) => DataType::Duration(TimeUnit::Microsecond),
            Column::Record(of) => DataType::Struct(of.arrow_fields()),
            Column::List(of) => {
                DataType::LargeList(Arc::new(Field::new_list_field(of.item.data_type(), true)))
            }
            Column::Choice(of) => DataType::Struct(of.arrow_fields()),
        }
    }

    pub(super) fn len(&self) -> usize {
        use arrow_array::builder::ArrayBuilder as _;
        match self {
            Column::Bool(of) => of.len(),
            Column::Int(of) => of.len(),
            Column::Float(of) => of.len(),
            Column::Text(of) | Column::Json(of) | Column::Hidden(of) => of.len(),
            Column::Moment(of) => of.len(),
            Column::Span(of) => of.len(),
            Column::Record(of) => of.nulls.len(),
            Column::List(of) => of.nulls.len(),
            Column::Choice(of) => of.nulls.len(),
        }
    }

    pub(super) fn append_null(&mut self) {
        match self {
            Column::Bool(of) => of.append_null(),
            Column::Int(of) => of.append_null(),
            Column::Float(of) => of.append_null(),
            Column::Text(of) | Column::Json(of) | Column::Hidden(of) => of.append_null(),
            Column::Moment(of) => of.append_null(),
            Column::Span(of) => of.append_null(),
            Column::Record(of) => {
                of.fields.iter_mut().for_each(|field| field.column.append_null());
                of.nulls.append_null();
            }
            Column::List(of) => of.end(false),
            Column::Choice(of) => {
                of.tags.append_null();
                of.cases.iter_mut().filter_map(|case| case.column.as_mut()).for_each(Column::append_null);
                of.nulls.append_null();
            }
        }
    }

    fn finish(self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Column::Bool(mut of) => Arc::new(of.finish()),
            Column::Int(mut of) => Arc::new(of.finish()),
            Column::Float(mut of) => Arc::new(of.finish()),
            Column::Text(mut of) | Column::Json(mut of) | Column::Hidden(mut of) => Arc::new(of.finish()),
            Column::Moment(mut of) => Arc::new(of.finish()),
            Column::Span(mut of) => Arc::new(of.finish()),
            Column::Record(mut of) => {
                let (fields, len, nulls) = (of.arrow_fields(), of.nulls.len(), of.nulls.finish());
                Arc::new(StructArray::try_new_with_length(fields, of.finish()?, nulls, len)?)
            }
            Column::List(mut of) => {
                let items = of.item.finish()?;
                let field = Arc::new(Field::new_list_field(items.data_type().clone(), true));
                Arc::new(LargeListArray::try_new(
                    field,
                    OffsetBuffer::new(of.ends.into()),
                    items,
                    of.nulls.finish(),
                )?)
            }
            Column::Choice(mut of) => {
                let (fields, len) = (of.arrow_fields(), of.nulls.len());
                let mut columns: Vec<ArrayRef> = vec![Arc::new(of.tags.finish())];
                for column in of.cases.into_iter().filter_map(|case| case.column) {
                    columns.push(column.finish()?);
                }
                Arc::new(StructArray::try_new_with_length(fields, columns, of.nulls.finish(), len)?)
            }
        })
    }
}

pub(super) struct Record {
    pub(super) name: String,
    pub(super) fields: Vec<Place>,
    pub(super) nulls: NullBufferBuilder,
}

/// A field of a record.
pub(super) struct Place {
    pub(super) name: String,
    pub(super) column: Column,
    /// What it holds when nothing is said.
    pub(super) default: Option<Value>,
}

impl Record {
    fn new(py: Python<'_>, of: &RecordKind) -> PyResult<Self> {
        let field = |field: &super::Field| {
            let default = field.default.as_ref().map(|default| {
                // Secrets are not shown, and there are none in a class.
                to_value(default.bind(py), Form::Text { expose: false })
            });
            let column = Column::new(py, &field.kind)?;
            Ok(Place { name: field.text.clone(), column, default: default.transpose()? })
        };
        let fields = of.fields.iter().map(field).collect::<PyResult<_>>()?;
        Ok(Record { name: of.name.clone(), fields, nulls: NullBufferBuilder::new(0) })
    }

    /// Ends a row: what was not said has its default.
    pub(super) fn end(&mut self) -> Result<(), Misfit> {
        let row = self.nulls.len();
        for field in &mut self.fields {
            if field.column.len() == row {
                let default = field.default.as_ref();
                let default = default.ok_or_else(|| Misfit::new("it must be there").at(&field.name))?;
                field.column.append(default)?;
            }
        }
        self.nulls.append_non_null();
        Ok(())
    }

    fn arrow_fields(&self) -> Fields {
        let field = |field: &Place| Field::new(&field.name, field.column.data_type(), true);
        self.fields.iter().map(field).collect()
    }

    fn finish(self) -> Result<Vec<ArrayRef>, ArrowError> {
        self.fields.into_iter().map(|field| field.column.finish()).collect()
    }
}

pub(super) struct List {
    pub(super) item: Box<Column>,
    ends: Vec<i64>,
    nulls: NullBufferBuilder,
}

impl List {
    /// Ends a row, which holds the items since the last one, or is null.
    pub(super) fn end(&mut self, is_there: bool) {
        self.ends.push(self.item.len() as i64);
        self.nulls.append(is_there);
    }
}

pub(super) struct Choice {
    tags: LargeStringBuilder,
    pub(super) cases: Vec<Case>,
    nulls: NullBufferBuilder,
}

/// One of a choice. Without a column it is its tag alone.
pub(super) struct Case {
    pub(super) tag: String,
    pub(super) column: Option<Column>,
}

impl Choice {
    fn new(py: Python<'_>, of: &[Variant]) -> PyResult<Self> {
        let case = |variant: &Variant| {
            let column = match &variant.kind {
                kind if is_bare(kind) => None,
                Kind::Record(of) => match of.fields.as_slice() {
                    [only] if only.text == "value" => Some(Column::new(py, &only.kind)?),
                    _ => Some(Column::Record(Record::new(py, of)?)),
                },
                kind => Some(Column::new(py, kind)?),
            };
            Ok(Case { tag: variant.tag.clone(), column })
        };
        Ok(Choice {
            tags: LargeStringBuilder::new(),
            cases: of.iter().map(case).collect::<PyResult<_>>()?,
            nulls: NullBufferBuilder::new(0),
        })
    }

    fn arrow_fields(&self) -> Fields {
        let held = |case: &Case| Some(Field::new(&case.tag, case.column.as_ref()?.data_type(), true));
        let tag = Field::new("tag", DataType::LargeUtf8, true);
        std::iter::once(tag).chain(self.cases.iter().filter_map(held)).collect()
    }

    /// Begins a row of this case: its column, if it has one, is for the caller to fill.
    pub(super) fn begin(&mut self, tag: &str) -> Result<Option<&mut Column>, Misfit> {
        if !self.cases.iter().any(|case| case.tag == tag) {
            let tags: Vec<_> = self.cases.iter().map(|case| case.tag.as_str()).collect();
            return Err(Misfit::new(format!("expected one of {}, found another word", tags.join(", "))));
        }
        self.tags.append_value(tag);
        self.nulls.append_non_null();
        let others = self.cases.iter_mut().filter(|case| case.tag != tag);
        others.filter_map(|case| case.column.as_mut()).for_each(Column::append_null);
        Ok(self.cases.iter_mut().find(|case| case.tag == tag).and_then(|case| case.column.as_mut()))
    }
}

/// A record without fields.
fn is_bare(kind: &Kind) -> bool {
    matches!(kind, Kind::Record(of) if of.fields.is_empty())
}

/// Whether the values of an enumeration are whole numbers.
fn holds_numbers(py: Python<'_>, of: &EnumKind) -> bool {
    let members = of.members.bind(py);
    !of.is_open && !members.is_empty() && members.keys().iter().all(|value| value.is_instance_of::<PyInt>())
}
