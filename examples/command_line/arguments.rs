//! The arguments of an example: files, and options in any order.

use bailiwick::text::Quoted;

/// An option.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    pub(crate) takes: Takes,
    /// How often it can be given.
    pub(crate) most: usize,
}

#[derive(Clone, Copy)]
pub(crate) enum Takes {
    Nothing,
    Value,
}

/// What was given.
pub(crate) struct Arguments<'a> {
    pub(crate) files: Vec<&'a str>,
    options: Vec<(&'static str, &'a str)>,
}

impl<'a> Arguments<'a> {
    /// # Errors
    ///
    /// An option that is not known, comes twice or lacks its value; more files or fewer.
    pub(crate) fn parse(
        given: &'a [String],
        files: usize,
        known: &[Known],
        usage: &str,
    ) -> Result<Self, String> {
        let mut arguments = Self { files: Vec::new(), options: Vec::new() };
        let mut rest = given.iter().map(String::as_str);
        while let Some(one) = rest.next() {
            if !one.starts_with("--") {
                arguments.files.push(one);
                continue;
            }
            let Some(option) = known.iter().find(|option| option.name == one) else {
                return Err(format!("unknown option {}: {usage}", Quoted(one)));
            };
            if arguments.values(option.name).count() == option.most {
                return Err(format!("duplicate {}: {usage}", Quoted(one)));
            }
            let value = match option.takes {
                Takes::Nothing => Some(""),
                Takes::Value => rest.next().filter(|one| !one.starts_with("--")),
            };
            let value = value.ok_or_else(|| format!("{} lacks its value: {usage}", Quoted(one)))?;
            arguments.options.push((option.name, value));
        }
        if arguments.files.len() == files {
            return Ok(arguments);
        }
        let found = arguments.files.len();
        let plural = if files == 1 { "" } else { "s" };
        Err(format!("expected {files} file{plural}, found {found}: {usage}"))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.values(name).next().is_some()
    }

    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        self.values(name).next()
    }

    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.options.iter().filter(move |(known, _)| *known == name).map(|(_, value)| *value)
    }
}
