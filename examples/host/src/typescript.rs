//! A catalog as types of TypeScript: a front end that asks for a permission that is not there does
//! not compile.

use std::fmt::Write;

use bailiwick::Catalog;

/// Union types of everything that a front end can name, and the shape of what
/// `GET /api/abilities` answers.
///
/// ```
/// use bailiwick::presets::tenant;
/// use bailiwick_host::typescript::to_typescript;
///
/// let types = to_typescript(&tenant::catalog());
/// assert!(types.starts_with("// The catalog tenant/1, with the stamp "));
/// assert!(types.contains("export type Area =\n  | \"conversations\"\n  | \"settings\"\n"));
/// assert!(types.contains("  | \"analytics:export\"\n"));
/// assert!(types.contains("  | \"export_metrics\""));
/// ```
#[must_use]
pub fn to_typescript(catalog: &Catalog) -> String {
    let mut types = String::new();
    let stamp = format!("{:?}", catalog.stamp());
    line(&mut types, &format!("// The catalog {}, with the stamp {stamp}.", catalog.id()));
    union(&mut types, "Area", catalog.areas().iter().map(|area| area.key().to_owned()));
    union(&mut types, "Leaf", catalog.leaves().map(|leaf| leaf.path().to_owned()));
    let permissions = catalog.permissions();
    union(&mut types, "Permission", permissions.map(|one| catalog.display(one).to_string()));
    union(&mut types, "Operation", catalog.operations().map(|(key, _)| key.to_owned()));
    types.push_str(ABILITIES);
    types
}

const ABILITIES: &str = "
export interface Abilities {
  format: \"bailiwick/abilities/1\";
  account: string;
  user: string;
  revision: number;
  permissions: Permission[];
  operations: Operation[];
  digest: string;
}
";

fn union(types: &mut String, name: &str, texts: impl Iterator<Item = String>) {
    line(types, "");
    let texts: Vec<String> = texts.map(|text| format!("\n  | {}", quoted(&text))).collect();
    let texts = if texts.is_empty() { " never".to_owned() } else { texts.concat() };
    line(types, &format!("export type {name} ={texts};"));
}

/// Keys are ASCII letters, digits and `_`: nothing in them needs more than quotes.
fn quoted(key: &str) -> String {
    format!("\"{}\"", key.escape_default())
}

fn line(types: &mut String, text: &str) {
    writeln!(types, "{text}").ok();
}
