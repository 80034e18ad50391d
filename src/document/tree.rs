use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor,
};

/// How deep a document may nest.
pub const MAX_DEPTH: u8 = 16;

/// Any document, parsed but not yet interpreted.
///
/// It takes about as much memory as its text, and never more than twice that. Nesting beyond
/// [`MAX_DEPTH`] is an error of the parser, and so is a document of more than 4 GiB.
#[derive(Clone)]
pub struct Document {
    // INVARIANT: one value as `Writer` writes it.
    tape: String,
}

impl Document {
    /// The format that the document says it has.
    #[must_use]
    pub fn format(&self) -> Option<&str> {
        let (_, format) = self.root().fields()?.find(|(key, _)| *key == "format")?;
        format.text()
    }

    pub(super) fn root(&self) -> Node<'_> {
        Node { tape: &self.tape, at: 0 }
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Document").field(&self.root().value()).finish()
    }
}

/// A value, and where it is on the tape: of two values the one that was read first comes first.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    tape: &'a str,
    at: u32,
}

/// What a value is. What it holds is read off the tape when it is asked for.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    /// A number that is not an integer, or that does not fit into 64 bits.
    Number,
    Text(&'a str),
    List(Items<'a>),
    /// Fields in the order of reading; a key may occur twice.
    Object(Fields<'a>),
}

impl Value<'_> {
    /// What it is, as a message says it.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "true or false",
            Self::Integer(_) => "a number",
            Self::Number => "a number that is not whole or too large",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

// A value on the tape is one of these, and what belongs to it. Everything except the texts is
// ASCII, so that the whole tape is text and each text in it is a slice.
const NULL: u8 = b'n';
const FALSE: u8 = b'f';
const TRUE: u8 = b't';
const INTEGER: u8 = b'i';
const NUMBER: u8 = b'x';
const TEXT: u8 = b's';
const EMPTY_LIST: u8 = b']';
const LIST: u8 = b'[';
const EMPTY_OBJECT: u8 = b'}';
const OBJECT: u8 = b'{';

/// How many bytes say where a list or object ends: as many as 32 bits need, seven to each.
const END: u32 = 5;

impl<'a> Node<'a> {
    /// Where it is on the tape.
    pub(super) fn position(self) -> u32 {
        self.at
    }

    /// The node at a position that another node of this document had.
    pub(super) fn at(self, position: u32) -> Self {
        Self { at: position, ..self }
    }

    pub(super) fn value(self) -> Value<'a> {
        let tape = self.tape;
        let (inner, end) = (self.at + 1 + END, self.end());
        match byte(tape, self.at) {
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            INTEGER => Value::Integer(unfolded(digits(tape, self.at + 1).0)),
            NUMBER => Value::Number,
            TEXT => Value::Text(text(tape, self.at + 1).0),
            EMPTY_LIST => Value::List(Items { tape, at: end, end }),
            LIST => Value::List(Items { tape, at: inner, end }),
            EMPTY_OBJECT => Value::Object(Fields { tape, at: end, end }),
            OBJECT => Value::Object(Fields { tape, at: inner, end }),
            _ => Value::Null,
        }
    }

    pub(super) fn text(self) -> Option<&'a str> {
        if let Value::Text(text) = self.value() { Some(text) } else { None }
    }

    pub(super) fn items(self) -> Option<Items<'a>> {
        if let Value::List(items) = self.value() { Some(items) } else { None }
    }

    pub(super) fn fields(self) -> Option<Fields<'a>> {
        if let Value::Object(fields) = self.value() { Some(fields) } else { None }
    }

    /// Where what follows it begins.
    pub(super) fn end(self) -> u32 {
        match byte(self.tape, self.at) {
            INTEGER => digits(self.tape, self.at + 1).1,
            TEXT => text(self.tape, self.at + 1).1,
            LIST | OBJECT => (0..END).fold(0, |end, digit| {
                end | u32::from(byte(self.tape, self.at + 1 + digit)) << (7 * digit)
            }),
            _ => self.at + 1,
        }
    }
}

/// The items of a list.
#[derive(Clone)]
pub(super) struct Items<'a> {
    tape: &'a str,
    at: u32,
    end: u32,
}

impl Items<'_> {
    /// How much of the tape they take, in bytes.
    pub(super) fn size(&self) -> u32 {
        self.end - self.at
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let node = Node { tape: self.tape, at: self.at };
        (self.at < self.end).then(|| {
            self.at = node.end();
            node
        })
    }
}

impl fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone().map(Node::value)).finish()
    }
}

/// The fields of an object.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    tape: &'a str,
    at: u32,
    end: u32,
}

impl<'a> Fields<'a> {
    /// Where the key of the next field is.
    pub(super) fn position(&self) -> u32 {
        self.at
    }

    /// The key at a position that a field of this document had.
    pub(super) fn key_at(&self, position: u32) -> &'a str {
        text(self.tape, position).0
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a str, Node<'a>);

    fn next(&mut self) -> Option<(&'a str, Node<'a>)> {
        (self.at < self.end).then(|| {
            let (key, at) = text(self.tape, self.at);
            let node = Node { tape: self.tape, at };
            self.at = node.end();
            (key, node)
        })
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.clone().map(|(key, node)| (key, node.value()))).finish()
    }
}

fn byte(tape: &str, at: u32) -> u8 {
    tape.as_bytes().get(at as usize).copied().unwrap_or(NULL)
}

/// A number of any length, six bits to a byte, and where what follows it begins.
fn digits(tape: &str, mut at: u32) -> (u64, u32) {
    let (mut number, mut shift) = (0, 0);
    loop {
        let digit = byte(tape, at);
        number |= u64::from(digit & 0x3f).wrapping_shl(shift);
        (at, shift) = (at + 1, shift + 6);
        if digit & 0x40 == 0 {
            return (number, at);
        }
    }
}

/// A text behind its length, and where what follows it begins.
fn text(tape: &str, at: u32) -> (&str, u32) {
    let (length, start) = digits(tape, at);
    let end = start.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
    (tape.get(start as usize..end as usize).unwrap_or_default(), end)
}

/// Small numbers of either sign as small numbers.
fn folded(number: i64) -> u64 {
    u64::from_ne_bytes(((number << 1) ^ (number >> 63)).to_ne_bytes())
}

fn unfolded(number: u64) -> i64 {
    let signed = |number: u64| i64::from_ne_bytes(number.to_ne_bytes());
    signed(number >> 1) ^ -signed(number & 1)
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut tape = Vec::new();
        Writer { tape: &mut tape, depth: 0 }.deserialize(deserializer)?;
        tape.shrink_to_fit();
        String::from_utf8(tape).map(|tape| Self { tape }).map_err(D::Error::custom)
    }
}

/// Writes one value to the end of a tape.
struct Writer<'a> {
    tape: &'a mut Vec<u8>,
    depth: u8,
}

impl Writer<'_> {
    fn digits(&mut self, mut number: u64) {
        while number >= 0x40 {
            self.tape.push((number & 0x3f) as u8 | 0x40);
            number >>= 6;
        }
        self.tape.push((number & 0x3f) as u8);
    }

    fn text(&mut self, text: &str) {
        self.digits(text.len() as u64);
        self.tape.extend_from_slice(text.as_bytes());
    }

    /// Begins a list or object, and returns where.
    fn begin<E: Error>(&mut self, tag: u8) -> Result<usize, E> {
        if self.depth == MAX_DEPTH {
            return Err(E::custom(format_args!("the document nests deeper than {MAX_DEPTH}")));
        }
        let start = self.tape.len();
        self.tape.push(tag);
        self.tape.extend([0; END as usize]);
        Ok(start)
    }

    /// Says where what began at `start` ends, or makes it an empty one.
    fn end<E: Error>(&mut self, start: usize, empty: u8) -> Result<(), E> {
        let inner = start + 1 + END as usize;
        if self.tape.len() == inner {
            self.tape.truncate(start);
            self.tape.push(empty);
            return Ok(());
        }
        let end = self.position()?;
        let slot = self.tape.get_mut(start + 1..inner).unwrap_or_default();
        for (digit, byte) in (0..END).zip(slot) {
            *byte = (end >> (7 * digit) & 0x7f) as u8;
        }
        Ok(())
    }

    /// Where the tape ends, which must fit into the position of a node.
    fn position<E: Error>(&self) -> Result<u32, E> {
        let fits = u32::try_from(self.tape.len()).ok().filter(|at| *at < u32::MAX - 2 * END);
        fits.ok_or_else(|| E::custom("the document has more than 4 GiB"))
    }

    fn inner(&mut self) -> Writer<'_> {
        Writer { tape: self.tape, depth: self.depth + 1 }
    }
}

impl<'de> DeserializeSeed<'de> for Writer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Writer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document of objects, lists, texts and numbers")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.tape.push(NULL);
        Ok(())
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.tape.push(NULL);
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, given: bool) -> Result<(), E> {
        self.tape.push(if given { TRUE } else { FALSE });
        Ok(())
    }

    fn visit_i64<E: Error>(mut self, given: i64) -> Result<(), E> {
        self.tape.push(INTEGER);
        self.digits(folded(given));
        Ok(())
    }

    fn visit_u64<E: Error>(self, given: u64) -> Result<(), E> {
        if let Ok(given) = i64::try_from(given) {
            return self.visit_i64(given);
        }
        self.tape.push(NUMBER);
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.tape.push(NUMBER);
        Ok(())
    }

    fn visit_str<E: Error>(mut self, given: &str) -> Result<(), E> {
        self.tape.push(TEXT);
        self.text(given);
        self.position().map(drop)
    }

    fn visit_bytes<E: Error>(self, given: &[u8]) -> Result<(), E> {
        match core::str::from_utf8(given) {
            Ok(text) => self.visit_str(text),
            Err(_) => Err(E::invalid_value(Unexpected::Bytes(given), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let start = self.begin(LIST)?;
        while items.next_element_seed(self.inner())?.is_some() {}
        self.end(start, EMPTY_LIST)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<(), A::Error> {
        let start = self.begin(OBJECT)?;
        while fields.next_key_seed(Key(self.inner()))?.is_some() {
            fields.next_value_seed(self.inner())?;
        }
        self.end(start, EMPTY_OBJECT)
    }
}

/// Writes the key of a field.
struct Key<'a>(Writer<'a>);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key of a field")
    }

    fn visit_str<E: Error>(mut self, given: &str) -> Result<(), E> {
        self.0.text(given);
        self.0.position().map(drop)
    }

    fn visit_bytes<E: Error>(self, given: &[u8]) -> Result<(), E> {
        match core::str::from_utf8(given) {
            Ok(text) => self.visit_str(text),
            Err(_) => Err(E::invalid_value(Unexpected::Bytes(given), &self)),
        }
    }
}
