use core::fmt;

use crate::catalog::Definition;
use crate::requirement::Requirement;

/// What a host asks, as a type: [`asks!`](crate::asks) makes them.
pub trait Ask {
    /// Its name, and what it needs.
    const ASK: &'static Asked;
}

/// The name of an [`Ask`], and what it needs.
pub struct Asked {
    name: &'static str,
    needs: Requirement,
    catalog: &'static Definition,
}

impl Asked {
    /// The name that the host gave it, as in `EditFaqs`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it needs.
    #[must_use]
    pub const fn needs(&self) -> &Requirement {
        &self.needs
    }

    /// Whether nobody can do this and not the other.
    pub(super) const fn implies(&self, other: &Self) -> bool {
        self.needs.is_of(other.needs.stamp) && self.catalog.implies(&self.needs, &other.needs)
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn from_code(
        name: &'static str,
        catalog: &'static Definition,
        needs: Requirement,
    ) -> Self {
        Self { name, needs, catalog }
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, needs, .. } = self;
        f.debug_struct("Asked").field("name", name).field("needs", needs).finish_non_exhaustive()
    }
}

/// Names what a host asks: each becomes a type that is an [`Ask`](crate::permit::Ask), for
/// [`Subject::permit`](crate::Subject::permit).
///
/// First the module in which [`catalog!`](crate::catalog!) was called; what follows is in its terms.
/// Several needs with commas between them are all needed, like those of an operation.
///
/// ```
/// use bailiwick::permit::Ask;
/// use bailiwick::presets::studio;
///
/// bailiwick::asks! {
///     studio;
///     /// Change questions and answers.
///     pub EditFaqs = knowledge::FAQS.edit();
///     pub(crate) Publish = operations::PUBLISH_CHAT_WIDGET;
///     Rehearse = FLOWS.read(), TESTING.edit();
/// }
///
/// let needs = studio::catalog().require(["flows:read", "testing:edit"])?;
/// assert_eq!(*Rehearse::ASK.needs(), needs);
/// let catalog = studio::catalog();
/// let publish = catalog.operation("publish_chat_widget")?;
/// assert_eq!(Publish::ASK.needs(), publish);
/// assert_eq!(EditFaqs::ASK.name(), "EditFaqs");
/// # Ok::<(), bailiwick::catalog::KeyError>(())
/// ```
#[macro_export]
macro_rules! asks {
    ($($catalog:ident)::+; $($asks:tt)+) => {
        $crate::__asks! { [$($catalog)::+] $($asks)+ }
    };
}

/// The parts of [`asks!`], each behind the catalog.
#[doc(hidden)]
#[macro_export]
macro_rules! __asks {
    ($catalog:tt $($(#[$doc:meta])* $vis:vis $Ask:ident = $($needs:expr),+ $(,)?;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        $vis enum $Ask {}

        $crate::__asks! { $catalog $Ask: $($needs),+ }
    )+};
    ([$($catalog:ident)::+] $Ask:ident: $($needs:expr),+) => {
        impl $crate::permit::Ask for $Ask {
            const ASK: &'static $crate::permit::Asked = {
                use $($catalog)::+ as catalog;
                const ROW: [u64; $($catalog)::+::DEFINITION.words()] = {
                    use $($catalog)::+::*;
                    let row = [0; DEFINITION.words()];
                    $(let row = ($needs).mark(STAMP, row);)+
                    row
                };
                &$crate::permit::Asked::from_code(
                    stringify!($Ask),
                    &catalog::DEFINITION,
                    $crate::Requirement::from_code(catalog::STAMP, &ROW),
                )
            };
        }
    };
}
