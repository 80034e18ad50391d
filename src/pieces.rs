//! A map from numbers to values, in order, whose copies share what did not change.

use alloc::sync::Arc;
use alloc::vec::Vec;

use smallvec::SmallVec;

/// A B-tree whose nodes lie behind `Arc`: a copy costs one pointer, and a write copies the few
/// nodes on its path that others still hold.
///
/// Looking up, inserting and removing take logarithmic time. A node that empties is dropped;
/// others are not merged.
#[derive(Debug, Clone)]
pub(crate) struct Pieces<V> {
    root: Option<Arc<Node<V>>>,
    len: usize,
}

/// How many entries or children a node holds at most.
const MOST: usize = 32;

#[derive(Debug, Clone)]
enum Node<V> {
    // INVARIANT: not empty, and sorted by number.
    Leaf(Vec<(u64, V)>),
    // INVARIANT: not empty, and sorted; each child comes with a bound that is at most its least
    // number and above all numbers of the child before it.
    Inner(Vec<(u64, Arc<Self>)>),
}

impl<V> Default for Pieces<V> {
    fn default() -> Self {
        Self { root: None, len: 0 }
    }
}

impl<V> Pieces<V> {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, number: u64) -> Option<&V> {
        let mut node = self.root.as_deref()?;
        loop {
            match node {
                Node::Leaf(entries) => {
                    let found = entries.binary_search_by_key(&number, |(own, _)| *own).ok()?;
                    return entries.get(found).map(|(_, value)| value);
                }
                Node::Inner(children) => node = &children.get(child(children, number))?.1,
            }
        }
    }

    /// The entry with the greatest number.
    pub(crate) fn last(&self) -> Option<(u64, &V)> {
        let mut node = self.root.as_deref()?;
        loop {
            match node {
                Node::Leaf(entries) => {
                    return entries.last().map(|(number, value)| (*number, value));
                }
                Node::Inner(children) => node = &children.last()?.1,
            }
        }
    }

    /// All entries, in order.
    pub(crate) fn iter(&self) -> Iter<'_, V> {
        self.from(0)
    }

    /// The entries from a number on, in order. Allocates nothing until the tree has 32 million.
    pub(crate) fn from(&self, number: u64) -> Iter<'_, V> {
        let mut iter = Iter { entries: [].iter(), children: SmallVec::new() };
        if let Some(root) = &self.root {
            iter.descend(root, number);
        }
        iter
    }
}

impl<V: Clone> Pieces<V> {
    /// Puts a value under a number, and returns the one that was there.
    pub(crate) fn insert(&mut self, number: u64, value: V) -> Option<V> {
        let Some(root) = &mut self.root else {
            self.root = Some(Arc::new(Node::Leaf(alloc::vec![(number, value)])));
            self.len = 1;
            return None;
        };
        let (former, split) = root.insert_into(number, value);
        if let Some(right) = split {
            let left = (0, Arc::clone(root));
            *root = Arc::new(Node::Inner(alloc::vec![left, right]));
        }
        self.len += usize::from(former.is_none());
        former
    }

    /// Changes the value under a number in place, if there is one.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut V> {
        // A number that is not there must not copy a path.
        self.get(number)?;
        let mut node = Arc::make_mut(self.root.as_mut()?);
        loop {
            match node {
                Node::Leaf(entries) => {
                    let found = entries.binary_search_by_key(&number, |(own, _)| *own).ok()?;
                    return entries.get_mut(found).map(|(_, value)| value);
                }
                Node::Inner(children) => {
                    let child = child(children, number);
                    node = Arc::make_mut(&mut children.get_mut(child)?.1);
                }
            }
        }
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<V> {
        self.get(number)?;
        let root = self.root.as_mut()?;
        let (former, is_empty) = Arc::make_mut(root).remove(number);
        self.len -= usize::from(former.is_some());
        if is_empty {
            self.root = None;
        }
        while let Some(Node::Inner(children)) = self.root.as_deref()
            && let [(_, only)] = children.as_slice()
        {
            self.root = Some(Arc::clone(only));
        }
        former
    }
}

/// What an insertion splits off, with its bound.
type Split<V> = Option<(u64, Arc<Node<V>>)>;

trait Insert<V> {
    fn insert_into(&mut self, number: u64, value: V) -> (Option<V>, Split<V>);
}

impl<V: Clone> Insert<V> for Arc<Node<V>> {
    fn insert_into(&mut self, number: u64, value: V) -> (Option<V>, Split<V>) {
        match Self::make_mut(self) {
            Node::Leaf(entries) => {
                let place = match entries.binary_search_by_key(&number, |(own, _)| *own) {
                    Ok(found) => {
                        let own = entries.get_mut(found).map(|(_, own)| own);
                        return (own.map(|own| core::mem::replace(own, value)), None);
                    }
                    Err(place) => place,
                };
                entries.insert(place, (number, value));
                (None, halve(entries, place).map(|right| bounded(Node::Leaf(right))))
            }
            Node::Inner(children) => {
                let place = child(children, number);
                let Some((_, own)) = children.get_mut(place) else { return (None, None) };
                let (former, split) = own.insert_into(number, value);
                let Some(split) = split else { return (former, None) };
                children.insert(place + 1, split);
                (former, halve(children, place + 1).map(|right| bounded(Node::Inner(right))))
            }
        }
    }
}

impl<V: Clone> Node<V> {
    /// What was removed, and whether the node is empty now.
    fn remove(&mut self, number: u64) -> (Option<V>, bool) {
        match self {
            Self::Leaf(entries) => {
                let found = entries.binary_search_by_key(&number, |(own, _)| *own).ok();
                let former = found.map(|found| entries.remove(found).1);
                (former, entries.is_empty())
            }
            Self::Inner(children) => {
                let place = child(children, number);
                let Some((_, own)) = children.get_mut(place) else { return (None, false) };
                let (former, is_empty) = Arc::make_mut(own).remove(number);
                if is_empty {
                    children.remove(place);
                }
                (former, children.is_empty())
            }
        }
    }
}

/// The place of the child in whose range a number lies.
fn child<T>(children: &[(u64, T)], number: u64) -> usize {
    children.partition_point(|(bound, _)| *bound <= number).saturating_sub(1)
}

/// The upper part of what has grown too large. Where things are added at the end, all that was
/// there stays together, so that nodes are full.
fn halve<T>(items: &mut Vec<T>, added: usize) -> Option<Vec<T>> {
    if items.len() <= MOST {
        return None;
    }
    let is_at_end = added + 1 == items.len();
    let right = items.split_off(if is_at_end { added } else { items.len() / 2 });
    Some(right)
}

fn bounded<V>(node: Node<V>) -> (u64, Arc<Node<V>>) {
    let bound = match &node {
        Node::Leaf(entries) => entries.first().map(|(number, _)| *number),
        Node::Inner(children) => children.first().map(|(bound, _)| *bound),
    };
    (bound.unwrap_or_default(), Arc::new(node))
}

type Children<'a, V> = core::slice::Iter<'a, (u64, Arc<Node<V>>)>;

/// Entries in order.
#[derive(Debug, Clone)]
pub(crate) struct Iter<'a, V> {
    entries: core::slice::Iter<'a, (u64, V)>,
    /// What is left of the children of each node on the way.
    children: SmallVec<[Children<'a, V>; 5]>,
}

impl<'a, V> Iter<'a, V> {
    fn descend(&mut self, mut node: &'a Node<V>, from: u64) {
        loop {
            match node {
                Node::Leaf(entries) => {
                    let start = entries.partition_point(|(number, _)| *number < from);
                    self.entries = entries.get(start..).unwrap_or_default().iter();
                    return;
                }
                Node::Inner(children) => {
                    let start = child(children, from);
                    let mut rest = children.get(start..).unwrap_or_default().iter();
                    let Some((_, first)) = rest.next() else { return };
                    self.children.push(rest);
                    node = first;
                }
            }
        }
    }
}

impl<'a, V> Iterator for Iter<'a, V> {
    type Item = (u64, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((number, value)) = self.entries.next() {
                return Some((*number, value));
            }
            let rest = self.children.last_mut()?;
            match rest.next() {
                Some((_, node)) => self.descend(node, 0),
                None => {
                    self.children.pop();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
