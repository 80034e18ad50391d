use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor,
};

/// How deep a document may nest.
pub const MAX_DEPTH: u8 = 16;

/// Any document, parsed and not yet understood.
///
/// Memory is bounded by the input: nothing is allocated that was not read. Nesting beyond
/// [`MAX_DEPTH`] is an error of the parser.
#[derive(Debug, Clone)]
pub struct Document {
    pub(super) root: Node,
}

impl Document {
    /// The format that the document says it has.
    #[must_use]
    pub fn format(&self) -> Option<&str> {
        let Value::Object(fields) = &self.root.value else {
            return None;
        };
        fields.iter().find_map(|(key, node)| match &node.value {
            Value::Text(format) if &**key == "format" => Some(&**format),
            _ => None,
        })
    }
}

/// A value, and its position among all values of the document, in the order of reading.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) position: u32,
    pub(super) value: Value,
}

#[derive(Debug, Clone)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    /// A number that is no integer, or none that 64 bits hold.
    Number,
    Text(Box<str>),
    List(Vec<Node>),
    /// Fields in the order of reading; a key may stand twice.
    Object(Vec<(Box<str>, Node)>),
}

impl Value {
    /// What it is, as a message says it.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Integer(_) => "a number",
            Self::Number => "a number that is not whole or too large",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let count = Cell::new(0);
        let root = Seed { depth: 0, count: &count }.deserialize(deserializer)?;
        Ok(Self { root })
    }
}

#[derive(Clone, Copy)]
struct Seed<'a> {
    depth: u8,
    count: &'a Cell<u32>,
}

impl Seed<'_> {
    fn node(self, value: Value) -> Node {
        Node { position: self.count.get(), value }
    }

    fn inner<E: Error>(self) -> Result<Self, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format_args!("the document nests deeper than {MAX_DEPTH}")));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.count.set(self.count.get().saturating_add(1));
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document of objects, lists, texts and numbers")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Ok(self.node(Value::Null))
    }

    fn visit_none<E: Error>(self) -> Result<Node, E> {
        Ok(self.node(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, given: bool) -> Result<Node, E> {
        Ok(self.node(Value::Bool(given)))
    }

    fn visit_i64<E: Error>(self, given: i64) -> Result<Node, E> {
        Ok(self.node(Value::Integer(given)))
    }

    fn visit_u64<E: Error>(self, given: u64) -> Result<Node, E> {
        Ok(self.node(i64::try_from(given).map_or(Value::Number, Value::Integer)))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
        Ok(self.node(Value::Number))
    }

    fn visit_str<E: Error>(self, given: &str) -> Result<Node, E> {
        Ok(self.node(Value::Text(given.into())))
    }

    fn visit_string<E: Error>(self, given: String) -> Result<Node, E> {
        Ok(self.node(Value::Text(given.into())))
    }

    fn visit_bytes<E: Error>(self, given: &[u8]) -> Result<Node, E> {
        match core::str::from_utf8(given) {
            Ok(text) => self.visit_str(text),
            Err(_) => Err(E::invalid_value(Unexpected::Bytes(given), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let node = self.node(Value::Null);
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Node { value: Value::List(list), ..node })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Node, A::Error> {
        let inner = self.inner()?;
        let node = self.node(Value::Null);
        let mut object = Vec::new();
        while let Some(key) = fields.next_key::<String>()? {
            object.push((key.into(), fields.next_value_seed(inner)?));
        }
        Ok(Node { value: Value::Object(object), ..node })
    }
}
