//! From whatever serde serialises into the columns of `columns.rs`.

use std::fmt;

use arrow_array::builder::LargeStringBuilder;
use jiff::Timestamp;
use peering_core::REDACTED;
use serde::ser::{self, Impossible, Serialize, Serializer};

use super::columns::{Column, List, Record};
use super::write::Misfit;

type Filled = Result<(), Misfit>;

impl Column {
    /// One more value.
    pub(super) fn append<T: Serialize + ?Sized>(&mut self, value: &T) -> Filled {
        match self {
            Column::Json(text) => {
                let json = json(value)?;
                text.append_option((json != "null").then_some(json));
                Ok(())
            }
            Column::Hidden(text) => {
                text.append_option((json(value)? != "null").then_some(REDACTED));
                Ok(())
            }
            _ => value.serialize(Cell(self)),
        }
    }

    /// `found` names what stands where something else should; the value itself may be a secret.
    fn wrong<T>(&self, found: &str) -> Result<T, Misfit> {
        Err(Misfit::new(match self {
            Column::Record(of) => format!("expected a {}, found {found}", of.name),
            other => format!("expected what fits into {}, found {found}", other.data_type()),
        }))
    }
}

fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Misfit> {
    serde_json::to_string(value).map_err(|error| Misfit::new(error.to_string()))
}

/// The place for one value.
struct Cell<'a>(&'a mut Column);

impl Cell<'_> {
    fn integer(self, value: Option<i64>, as_float: f64) -> Filled {
        match (self.0, value) {
            (Column::Int(of), Some(value)) => of.append_value(value),
            (Column::Int(_), None) => return Err(Misfit::new("the number is beyond 63 bits")),
            (Column::Float(of), _) => of.append_value(as_float),
            (Column::Span(of), _) => of.append_value(micros(as_float)?),
            (other, _) => return other.wrong("a number"),
        }
        Ok(())
    }
}

/// Microseconds from seconds.
fn micros(seconds: f64) -> Result<i64, Misfit> {
    let micros = (seconds * 1e6).round();
    // Up to here every whole number is one of its own.
    if micros.abs() < 9_007_199_254_740_992.0 {
        Ok(micros as i64)
    } else {
        Err(Misfit::new("the duration is too long"))
    }
}

impl<'a> Serializer for Cell<'a> {
    type Ok = ();
    type Error = Misfit;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Impossible<(), Misfit>;
    type SerializeTupleVariant = Impossible<(), Misfit>;
    type SerializeMap = Pairs<'a>;
    type SerializeStruct = Pairs<'a>;
    type SerializeStructVariant = Pairs<'a>;

    fn serialize_bool(self, value: bool) -> Filled {
        match self.0 {
            Column::Bool(of) => of.append_value(value),
            other => return other.wrong("true or false"),
        }
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Filled {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Filled {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Filled {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Filled {
        self.integer(Some(value), value as f64)
    }

    fn serialize_u8(self, value: u8) -> Filled {
        self.serialize_i64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Filled {
        self.serialize_i64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Filled {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Filled {
        self.integer(i64::try_from(value).ok(), value as f64)
    }

    fn serialize_f32(self, value: f32) -> Filled {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Filled {
        match self.0 {
            // As in JSON, there is no infinity: a dark fibre has no power.
            Column::Float(of) => of.append_option(value.is_finite().then_some(value)),
            Column::Span(of) => of.append_value(micros(value)?),
            other => return other.wrong("a number with a fraction"),
        }
        Ok(())
    }

    fn serialize_char(self, value: char) -> Filled {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Filled {
        match self.0 {
            Column::Text(of) => of.append_value(value),
            Column::Moment(of) => match value.parse::<Timestamp>() {
                Ok(moment) => of.append_value(moment.as_microsecond()),
                Err(_) => return Err(Misfit::new("expected a date and time with its zone (RFC 3339)")),
            },
            Column::Choice(of) => match of.begin(value)? {
                None => {}
                Some(Column::Record(record)) => record.end()?,
                Some(other) => return other.wrong("nothing").map_err(|misfit: Misfit| misfit.at(value)),
            },
            other => return other.wrong("text"),
        }
        Ok(())
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Filled {
        match self.0 {
            Column::Text(of) => display(of, value),
            other => Cell(other).serialize_str(&value.to_string()),
        }
    }

    fn serialize_bytes(self, _value: &[u8]) -> Filled {
        self.0.wrong("bytes")
    }

    fn serialize_none(self) -> Filled {
        self.0.append_null();
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Filled {
        self.0.append(value)
    }

    fn serialize_unit(self) -> Filled {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Filled {
        self.serialize_none()
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Filled {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Filled {
        self.0.append(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Filled {
        self.case(variant, value)
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Items<'a>, Misfit> {
        match self.0 {
            Column::List(list) => Ok(Items { list, index: 0 }),
            other => other.wrong("a list"),
        }
    }

    fn serialize_tuple(self, len: usize) -> Result<Items<'a>, Misfit> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(
        self,
        name: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleStruct, Misfit> {
        self.0.wrong(name)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleVariant, Misfit> {
        self.0.wrong(variant)
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Pairs<'a>, Misfit> {
        let into = match self.0 {
            Column::Record(record) => Goal::Record(record, 0),
            span @ Column::Span(_) => Goal::Span(span, 0, 0),
            choice @ Column::Choice(_) => Goal::Choice(choice),
            other => return other.wrong("an object"),
        };
        Ok(Pairs { key: String::new(), into })
    }

    fn serialize_struct(self, _name: &'static str, len: usize) -> Result<Pairs<'a>, Misfit> {
        self.serialize_map(Some(len))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Pairs<'a>, Misfit> {
        match self.0 {
            Column::Choice(of) => match of.begin(variant)? {
                Some(column) => Cell(column).serialize_map(Some(len)),
                None => Err(Misfit::new(format!("expected nothing beside {variant}, found an object"))),
            },
            other => other.wrong(variant),
        }
    }
}

impl Cell<'_> {
    /// One of a choice, with what it holds.
    fn case<T: Serialize + ?Sized>(self, tag: &str, value: &T) -> Filled {
        match self.0 {
            Column::Choice(of) => match of.begin(tag)? {
                Some(column) => column.append(value).map_err(|misfit| misfit.at(tag)),
                None => Err(Misfit::new(format!("expected nothing beside {tag}, found something"))),
            },
            other => other.wrong(tag),
        }
    }
}

/// Writes text without a string in between.
fn display<T: fmt::Display + ?Sized>(into: &mut LargeStringBuilder, value: &T) -> Filled {
    use fmt::Write as _;
    write!(into, "{value}").map_err(|_| Misfit::new("a value that cannot be shown"))?;
    into.append_value("");
    Ok(())
}

/// A list on its way.
pub(super) struct Items<'a> {
    list: &'a mut List,
    index: usize,
}

impl Items<'_> {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Filled {
        self.list.item.append(value).map_err(|misfit| misfit.at(&self.index.to_string()))?;
        self.index += 1;
        Ok(())
    }
}

impl ser::SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Misfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Filled {
        self.push(value)
    }

    fn end(self) -> Filled {
        self.list.end(true);
        Ok(())
    }
}

impl ser::SerializeTuple for Items<'_> {
    type Ok = ();
    type Error = Misfit;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Filled {
        self.push(value)
    }

    fn end(self) -> Filled {
        ser::SerializeSeq::end(self)
    }
}

/// Named values on their way.
pub(super) struct Pairs<'a> {
    key: String,
    into: Goal<'a>,
}

/// Where the named values go.
enum Goal<'a> {
    /// With the place where the next field most likely is.
    Record(&'a mut Record, usize),
    /// Seconds and nanoseconds.
    Span(&'a mut Column, u64, u64),
    /// The one pair of a choice.
    Choice(&'a mut Column),
    /// That pair has been seen.
    Chosen,
}

impl Pairs<'_> {
    fn pair<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Filled {
        match &mut self.into {
            Goal::Record(of, next) => {
                let row = of.nulls.len();
                let likely = of.fields.get(*next).is_some_and(|field| field.name == key).then_some(*next);
                let place = likely.or_else(|| of.fields.iter().position(|field| field.name == key));
                let Some((index, field)) = place.and_then(|index| Some((index, of.fields.get_mut(index)?)))
                else {
                    return Err(Misfit::new(format!("a {} has no such field", of.name)).at(key));
                };
                if field.column.len() > row {
                    return Err(Misfit::new("it is there twice").at(key));
                }
                *next = index + 1;
                field.column.append(value).map_err(|misfit| misfit.at(key))
            }
            Goal::Span(_, seconds, nanos) => {
                let number = serde_json::to_value(value).ok().and_then(|number| number.as_u64());
                let number = number.ok_or_else(|| Misfit::new("expected a whole number").at(key))?;
                match key {
                    "secs" => *seconds = number,
                    "nanos" => *nanos = number,
                    _ => return Err(Misfit::new("a duration has no such field").at(key)),
                }
                Ok(())
            }
            Goal::Choice(column) => {
                Cell(column).case(key, value)?;
                self.into = Goal::Chosen;
                Ok(())
            }
            Goal::Chosen => Err(Misfit::new("expected one of several, found two")),
        }
    }

    fn done(self) -> Filled {
        match self.into {
            Goal::Record(of, _) => of.end(),
            Goal::Span(Column::Span(of), seconds, nanos) => {
                let whole = i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(1_000_000));
                let rest = i64::try_from(nanos / 1000).ok();
                let micros = whole.zip(rest).and_then(|(whole, rest)| whole.checked_add(rest));
                of.append_value(micros.ok_or_else(|| Misfit::new("the duration is too long"))?);
                Ok(())
            }
            Goal::Span(other, ..) | Goal::Choice(other) => other.wrong("an empty object"),
            Goal::Chosen => Ok(()),
        }
    }
}

impl ser::SerializeMap for Pairs<'_> {
    type Ok = ();
    type Error = Misfit;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Filled {
        let key = serde_json::to_value(key).ok().and_then(|key| key.as_str().map(str::to_owned));
        self.key = key.ok_or_else(|| Misfit::new("a name that is no text"))?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Filled {
        let key = std::mem::take(&mut self.key);
        self.pair(&key, value)
    }

    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &V,
    ) -> Filled {
        self.serialize_key(key)?;
        self.serialize_value(value)
    }

    fn end(self) -> Filled {
        self.done()
    }
}

impl ser::SerializeStruct for Pairs<'_> {
    type Ok = ();
    type Error = Misfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Filled {
        self.pair(key, value)
    }

    fn end(self) -> Filled {
        self.done()
    }
}

impl ser::SerializeStructVariant for Pairs<'_> {
    type Ok = ();
    type Error = Misfit;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Filled {
        self.pair(key, value)
    }

    fn end(self) -> Filled {
        self.done()
    }
}
