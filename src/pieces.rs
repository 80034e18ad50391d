//! A map from numbers to values, in order, whose copies share what did not change.

use alloc::sync::Arc;
use core::iter::once;

use smallvec::SmallVec;

/// A B-tree of slices behind `Arc`: a copy costs one pointer, and a write copies the few slices on
/// its path that others still hold.
///
/// Slices are as long as what they hold: there is no spare capacity. Looking up, inserting and
/// removing take logarithmic time. A node that empties is dropped; others are not merged.
#[derive(Debug, Clone)]
pub(crate) struct Pieces<V> {
    root: Option<Node<V>>,
}

#[derive(Debug)]
enum Node<V> {
    // INVARIANT: not empty, and sorted by number.
    Leaf(Arc<[(u64, V)]>),
    // INVARIANT: not empty, and sorted; each child comes with a bound that is at most its least
    // number and above all numbers of the child before it.
    Inner(Arc<[(u64, Self)]>),
}

/// How many items a slice has at most. Bare numbers are copied at once; whatever else an item is, a
/// copy of it counts a reference, and at worst that waits for memory each time. A leaf that is the
/// whole map may be longer, so that few values take no inner node.
const fn most<T>(is_root: bool) -> usize {
    match (size_of::<T>() == size_of::<u64>(), is_root) {
        (true, _) => 64,
        (false, true) => 16,
        (false, false) => 8,
    }
}

impl<V> Clone for Node<V> {
    fn clone(&self) -> Self {
        match self {
            Self::Leaf(entries) => Self::Leaf(Arc::clone(entries)),
            Self::Inner(children) => Self::Inner(Arc::clone(children)),
        }
    }
}

impl<V> Default for Pieces<V> {
    fn default() -> Self {
        Self { root: None }
    }
}

impl<V> Pieces<V> {
    pub(crate) fn get(&self, number: u64) -> Option<&V> {
        let mut node = self.root.as_ref()?;
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
        let mut node = self.root.as_ref()?;
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

    /// The entries from a number on, in order. Allocates nothing until the tree has millions.
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
            self.root = Some(Node::Leaf([(number, value)].into()));
            return None;
        };
        let (former, right) = root.insert(number, value, true);
        if let Some(right) = right {
            *root = Node::Inner([(0, root.clone()), right].into());
        }
        former
    }

    /// Changes the value under a number in place, if there is one.
    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut V> {
        // Nothing is copied if the number is not there.
        self.get(number)?;
        let mut node = self.root.as_mut()?;
        loop {
            match node {
                Node::Leaf(entries) => {
                    let found = entries.binary_search_by_key(&number, |(own, _)| *own).ok()?;
                    return Arc::make_mut(entries).get_mut(found).map(|(_, value)| value);
                }
                Node::Inner(children) => {
                    let child = child(children, number);
                    node = &mut Arc::make_mut(children).get_mut(child)?.1;
                }
            }
        }
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<V> {
        let former = self.get(number)?.clone();
        if self.root.as_mut()?.remove(number) {
            self.root = None;
        }
        while let Some(Node::Inner(children)) = &self.root {
            let [(_, only)] = &**children else { break };
            self.root = Some(only.clone());
        }
        Some(former)
    }
}

impl<V: Clone> Node<V> {
    /// The value that was there, and what is split off, with its bound.
    fn insert(&mut self, number: u64, value: V, is_root: bool) -> (Option<V>, Option<(u64, Self)>) {
        match self {
            Self::Leaf(entries) => match entries.binary_search_by_key(&number, |(own, _)| *own) {
                Ok(found) => {
                    let own = Arc::make_mut(entries).get_mut(found);
                    (own.map(|(_, own)| core::mem::replace(own, value)), None)
                }
                Err(place) => {
                    let right = add(entries, place, (number, value), most::<(u64, V)>(is_root));
                    (None, right.map(|right| (bound(&right), Self::Leaf(right))))
                }
            },
            Self::Inner(children) => {
                let place = child(children, number);
                let Some((_, own)) = Arc::make_mut(children).get_mut(place) else {
                    return (None, None);
                };
                let (former, split) = own.insert(number, value, false);
                let right = split
                    .and_then(|split| add(children, place + 1, split, most::<(u64, Self)>(false)));
                (former, right.map(|right| (bound(&right), Self::Inner(right))))
            }
        }
    }

    /// Removes a number that is there, and says whether the node is empty now.
    fn remove(&mut self, number: u64) -> bool {
        match self {
            Self::Leaf(entries) => {
                if let Ok(found) = entries.binary_search_by_key(&number, |(own, _)| *own) {
                    leave_out(entries, found);
                }
                entries.is_empty()
            }
            Self::Inner(children) => {
                let place = child(children, number);
                let own = Arc::make_mut(children).get_mut(place);
                if own.is_some_and(|(_, own)| own.remove(number)) {
                    leave_out(children, place);
                }
                children.is_empty()
            }
        }
    }
}

/// The place of the child in whose range a number lies.
fn child<T>(children: &[(u64, T)], number: u64) -> usize {
    children.partition_point(|(bound, _)| *bound <= number).saturating_sub(1)
}

fn bound<T>(items: &[(u64, T)]) -> u64 {
    items.first().map(|(bound, _)| *bound).unwrap_or_default()
}

/// Adds an item, and returns the upper part of what has grown too long. Where things are added at
/// the end, all that was there stays together, so that slices are full.
fn add<T: Clone>(items: &mut Arc<[T]>, place: usize, item: T, most: usize) -> Option<Arc<[T]>> {
    let (before, after) = items.split_at(place);
    let all = before.iter().cloned().chain(once(item)).chain(after.iter().cloned());
    if items.len() < most {
        *items = all.collect();
        return None;
    }
    let kept = if after.is_empty() { place } else { items.len() / 2 };
    let (left, right) = (all.clone().take(kept).collect(), all.skip(kept).collect());
    *items = left;
    Some(right)
}

fn leave_out<T: Clone>(items: &mut Arc<[T]>, place: usize) {
    let (before, after) = items.split_at(place);
    *items = before.iter().chain(after.iter().skip(1)).cloned().collect();
}

type Children<'a, V> = core::slice::Iter<'a, (u64, Node<V>)>;

/// Entries in order.
#[derive(Debug, Clone)]
pub(crate) struct Iter<'a, V> {
    entries: core::slice::Iter<'a, (u64, V)>,
    /// What is left of the children of each node on the way.
    children: SmallVec<[Children<'a, V>; 6]>,
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
