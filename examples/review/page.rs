//! The review as a self-contained web page.

use bailiwick::catalog::LeafView;
use bailiwick::{Status, User};

use crate::clean;
use crate::holdings::{Held, MARKS, Review, advice, legends};

const STYLE: &str = "
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2128;--dim:#636c76;--line:#d5dae0;--head:#f3f5f8;
--all:#d2f0da;--all-fg:#0b5426;--some:#dbe9ff;--some-fg:#12418c;--warn:#fff0c7;--warn-fg:#6f4a00}
@media(prefers-color-scheme:dark){:root{--bg:#14181d;--fg:#e4e8ec;--dim:#9aa4af;--line:#353d47;
--head:#1e242b;--all:#173f27;--all-fg:#a5e8ba;--some:#1b355f;--some-fg:#b5d2ff;--warn:#4a3908;
--warn-fg:#f7d98b}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.25rem 1rem 3rem;max-width:110rem;background:var(--bg);
color:var(--fg);font:.9375rem/1.45 system-ui,sans-serif}
h1{margin:0;font-size:1.5rem;overflow-wrap:anywhere}h2{margin:2rem 0 .5rem;font-size:1.125rem}
p,dl{margin:.25rem 0 .6rem;max-width:75rem}
.dim,small{color:var(--dim)}small{font-size:.75rem;font-weight:400}
dl{display:flex;flex-wrap:wrap;gap:.4rem 1.25rem}dl div{display:flex;gap:.4rem}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
dt{font-weight:600;white-space:nowrap}.scroll{overflow:auto;max-height:85vh;border:1px solid var(--line);
border-radius:.5rem}table{border-collapse:separate;border-spacing:0;min-width:100%}
th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
tbody tr:last-child>*{border-bottom:0}
thead{position:sticky;top:0;z-index:2}thead th{background:var(--head);font-size:.8125rem}
.list td,.list th{overflow-wrap:anywhere;min-width:6rem}
tbody th,.corner{position:sticky;left:0;z-index:1;background:var(--head);min-width:8rem;
max-width:13rem;overflow-wrap:anywhere;border-right:1px solid var(--line)}
.corner{z-index:3;vertical-align:bottom}tbody th small{display:block}
.grid td{padding:.3rem .2rem;min-width:2.5rem;text-align:center;vertical-align:middle;
font-size:.8125rem}
.grid td,.grid thead th{border-right:1px solid var(--line)}
.grid .leaf{height:9rem;padding:.4rem .2rem;font-weight:500;vertical-align:bottom;
text-align:center}
.leaf span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap;
display:inline-block;max-height:12rem;overflow:hidden;text-overflow:ellipsis;vertical-align:bottom}
.all b,.some b,.none b{display:block;white-space:nowrap}td small{color:inherit}
.all{background:var(--all);color:var(--all-fg)}.some{background:var(--some);color:var(--some-fg)}
.none{color:var(--dim)}.none b{font-weight:400}
.warn{padding:0 .35rem;border-radius:.3rem;background:var(--warn);color:var(--warn-fg)}
.key,.warn{white-space:nowrap}.key{padding:0 .4rem;border-radius:.25rem}
code{display:block;min-width:14rem;font-size:.8125rem;overflow-wrap:anywhere}
@media(max-width:40rem){.grid tbody th,.grid .corner{min-width:6rem;max-width:7.5rem}}
@media print{.scroll{max-height:none;overflow:visible}thead{position:static}}";

impl Review {
    /// A page without scripts that loads nothing from elsewhere.
    pub(crate) fn to_html(&self) -> String {
        let id = html(self.account.id().as_str());
        let facts = self
            .facts()
            .into_iter()
            .map(|(name, value)| format!("<div><dt>{name}</dt><dd>{}</dd></div>", html(&value)));
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" \
             content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>Access review of {id}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <h1>Access review of <bdi>{id}</bdi></h1>\n<dl>{}</dl>\n\
             <h2>Who may do what</h2>\n{}{}\
             <h2>To clean up</h2>\n{}\
             <h2>Users</h2>\n{}</body>\n</html>\n",
            facts.collect::<String>(),
            self.marks(),
            self.grid(),
            self.findings(),
            self.users(),
        )
    }

    fn marks(&self) -> String {
        let marks = MARKS.map(|(mark, meaning)| format!("<b>{mark}</b> {meaning}")).join(", ");
        let legends = legends(&self.areas());
        let legends =
            legends.iter().map(|legend| format!("<p class=\"dim\">{}</p>\n", html(legend)));
        format!(
            "<p>A cell is the highest level that a user has, or a letter for each action: \
             <span class=\"key all\">all of it</span> \
             <span class=\"key some\">a part of it</span> \
             <span class=\"key none\">· nothing</span>. Below it is what gives it: {marks}. \
             With a mouse, point at a cell to read it in words.</p>\n{}",
            legends.collect::<String>(),
        )
    }

    fn grid(&self) -> String {
        let areas = self.areas();
        let (mut over, mut under) = (Vec::new(), Vec::new());
        for area in &areas {
            let named = area.first().filter(|leaf| !leaf.area().sub_sections().is_empty());
            let (to, span) = match named {
                Some(leaf) => {
                    let (count, label) = (area.len(), html(&leaf.area().label()));
                    over.push(format!("<th colspan=\"{count}\" scope=\"colgroup\">{label}</th>"));
                    (&mut under, "")
                }
                None => (&mut over, " rowspan=\"2\""),
            };
            for leaf in area {
                let (path, label) = (html(leaf.path()), html(&leaf.label()));
                to.push(format!(
                    "<th class=\"leaf\"{span} scope=\"col\" title=\"{path}\">\
                     <span>{label}</span></th>",
                ));
            }
        }
        let rows = self.account.users().map(|user| {
            let held = self.held(user, &areas);
            let both = areas.iter().flatten().zip(held.iter().flatten());
            let cells = both.map(|(leaf, held)| cell(user, *leaf, held));
            let (id, standing) = (html(user.id().as_str()), standing(user));
            let cells: String = cells.collect();
            format!(
                "<tr class=\"user\"><th scope=\"row\"><bdi>{id}</bdi><small>{standing}</small></th>\
                 {cells}</tr>\n",
            )
        });
        format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Who may do what\">\n\
             <table class=\"grid\">\n<thead>\n<tr><th class=\"corner\" rowspan=\"2\" scope=\"col\">\
             User</th>{}</tr>\n<tr>{}</tr>\n</thead>\n<tbody>\n{}</tbody>\n</table>\n\
             </div>\n",
            over.concat(),
            under.concat(),
            rows.collect::<String>(),
        )
    }

    fn findings(&self) -> String {
        let rows = self.account.findings().map(|finding| {
            let (id, kind) = (html(finding.user().as_str()), finding.what());
            let names = html(&self.names(finding.permissions()));
            format!(
                "<tr><th scope=\"row\"><bdi>{id}</bdi></th><td>{}<br><small>{}</small></td>\
                 <td><code>{names}</code></td></tr>\n",
                kind.name(),
                advice(kind),
            )
        });
        table(["User", "Finding", "Permissions"], &rows.collect::<String>())
    }

    fn users(&self) -> String {
        let rows = self.account.users().map(|user| {
            let (id, email) = (html(user.id().as_str()), html(user.email().as_str()));
            let (standing, template) = (standing(user), html(self.template(user)));
            let (grants, mutes) = (user.grants().iter().count(), user.mutes().iter().count());
            format!(
                "<tr><th scope=\"row\"><bdi>{id}</bdi></th><td><bdi>{email}</bdi></td>\
                 <td>{standing}</td><td><bdi>{template}</bdi></td><td>{grants}</td>\
                 <td>{mutes}</td></tr>\n",
            )
        });
        let heads = ["User", "Email", "Role and status", "Template", "Own grants", "Mutes"];
        table(heads, &rows.collect::<String>())
    }
}

fn table<const N: usize>(heads: [&str; N], rows: &str) -> String {
    if rows.is_empty() {
        return "<p class=\"dim\">None.</p>\n".to_owned();
    }
    let heads = heads.map(|head| format!("<th scope=\"col\">{head}</th>"));
    format!(
        "<div class=\"scroll\" tabindex=\"0\">\n<table class=\"list\">\n<thead>\n<tr>{}</tr>\n\
         </thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n",
        heads.concat(),
    )
}

fn cell(user: &User, leaf: LeafView<'_>, held: &Held) -> String {
    let Held { level, marks, extent, note } = held;
    let (area, label) = (leaf.area().label(), leaf.label());
    let place = if area == label { label.into_owned() } else { format!("{area}, {label}") };
    format!(
        "<td class=\"{extent}\" title=\"{}\"><b>{}</b><small>{marks}</small></td>",
        html(&format!("{} on {place}: {note}", user.id().as_str())),
        html(level),
    )
}

fn standing(user: &User) -> String {
    let (role, status) = (user.role(), user.status());
    let look = if status == Status::Active { "" } else { " class=\"warn\"" };
    format!("{role} · <span{look}>{status}</span>")
}

/// A text, escaped for an element or a quoted attribute.
fn html(text: &str) -> String {
    let mut escaped = String::new();
    for letter in clean(text).chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
