use crate::catalog::size::Size;
use crate::document::tree::{Fields, Items, Node};

/// How much a catalog lists, counted before any of it is read: what is beyond its limits is not
/// read at all.
pub(super) fn size(catalog: Node<'_>) -> Size {
    let mut size = Size::default();
    for (list, items) in lists_of(catalog) {
        match list {
            "areas" => size.sections += items.clone().count(),
            "gates" => size.gates += items.clone().count(),
            "operations" => size.operations += items.clone().count(),
            "templates" => size.templates += items.clone().count(),
            "retired" => size.retired += items.clone().count(),
            _ => {}
        }
        for (field, inner) in items.clone().flat_map(lists_of) {
            match (list, field) {
                ("areas", "sub_sections") => {
                    size.sections += inner.clone().count();
                    let aliases = inner.flat_map(lists_of).filter(|(key, _)| *key == "aliases");
                    size.aliases += aliases.map(|(_, aliases)| aliases.count()).sum::<usize>();
                }
                ("areas", "aliases") => size.aliases += inner.count(),
                ("gates" | "operations", "needs") => size.needs += inner.count(),
                _ => {}
            }
        }
        if list == "templates" {
            let grants = items.flat_map(|template| objects_of(template, "grants"));
            size.settings += grants.map(Iterator::count).sum::<usize>();
        }
    }
    let groups = objects_of(catalog, "authority").flatten().map(|(_, group)| group);
    size.needs += groups.flat_map(lists_of).map(|(_, items)| items.count()).sum::<usize>();
    size
}

/// The fields of the objects that an object has under a key.
fn objects_of<'a>(node: Node<'a>, key: &'a str) -> impl Iterator<Item = Fields<'a>> {
    let fields = node.fields().into_iter().flatten().filter(move |(field, _)| *field == key);
    fields.filter_map(|(_, node)| node.fields())
}

/// The fields of an object that are lists.
fn lists_of(node: Node<'_>) -> impl Iterator<Item = (&str, Items<'_>)> {
    let fields = node.fields().into_iter().flatten();
    fields.filter_map(|(key, node)| Some((key, node.items()?)))
}
