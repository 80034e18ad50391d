use alloc::boxed::Box;

use thiserror::Error;

use crate::catalog::WordError;
use crate::catalog::words::check;
use crate::ledger::keys::MAX_KEY_MEMORY;

/// The longest reason that a command can be given for, in characters (REV-7).
pub const MAX_REASON: usize = 500;

/// A command, and what comes with it: why it is given, and a key by which it is done only once.
///
/// Whatever takes an order takes a command as it is. What comes with one is checked when it is
/// decided on, like the command.
///
/// ```
/// use bailiwick::presets::studio;
/// use bailiwick::{Account, Actor, Command, Outcome, Timestamp};
///
/// let now = Timestamp::from_unix_millis(1_790_000_000_000);
/// let mut acme = Account::new("acme".parse()?, studio::catalog());
/// let invite = Command::invite("kim", "kim@acme.example");
/// let order = invite.because("OPS-12").with_key("req-1");
///
/// let invited = acme.execute(&Actor::Host, order.clone(), now)?;
/// let line = invited.change().unwrap().to_string();
/// assert_eq!(
///     line,
///     "1 host: invite kim <kim@acme.example> as member; reason: `OPS-12`"
/// );
///
/// // Whoever has not heard of it asks again, and nothing is done twice.
/// let again = acme.execute(&Actor::Host, order, now)?;
/// assert_eq!(again, Outcome::AlreadyDone { revision: 1 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[must_use]
pub struct Order<C> {
    pub(super) command: C,
    pub(super) reason: Option<Box<str>>,
    pub(super) key: Option<Box<str>>,
    pub(super) key_memory: Option<u16>,
}

impl<C> Order<C> {
    /// Says why: free text, the number of a ticket. The change keeps it (REV-7).
    ///
    /// It is trimmed, and has 1 to [`MAX_REASON`] characters, none of them control, bidirectional
    /// or invisible.
    pub fn because(self, reason: &str) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }

    /// Names the order by a key of the host's, such as the id of a request: one that is given again
    /// is not done again, whatever else happened meanwhile.
    ///
    /// A key is compared byte by byte, and has 1 to [`MAX_ID`](crate::limits::MAX_ID) bytes. It is
    /// remembered if the command changed something.
    pub fn with_key(self, key: &str) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// From this change on, so many of the last keys are remembered, at most
    /// [`MAX_KEY_MEMORY`]. [`KEY_MEMORY`](crate::ledger::KEY_MEMORY) are until an order says
    /// otherwise.
    pub fn key_memory(self, keys: u16) -> Self {
        Self { key_memory: Some(keys.min(MAX_KEY_MEMORY)), ..self }
    }

    /// What is to be done.
    pub fn command(&self) -> &C {
        &self.command
    }

    pub(crate) fn new(command: C, reason: Option<Box<str>>, key: Option<Box<str>>) -> Self {
        Self { command, reason, key, key_memory: None }
    }
}

/// Why a command was given, trimmed (REV-7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderReason(Box<str>);

impl OrderReason {
    pub(crate) fn parse(text: &str) -> Result<Self, ReasonError> {
        let text = text.trim();
        check("reason", MAX_REASON, text)?;
        Ok(Self(text.into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why the reason of an order is invalid (REV-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error(transparent)]
pub struct ReasonError(#[from] WordError);

/// Lets commands, and what becomes one, be given as orders.
macro_rules! orders {
    ($command:ident from $($type:ident),*) => {
        impl<C: Into<$command>> From<C> for $crate::ledger::Order<$command> {
            fn from(command: C) -> Self {
                Self::new(command.into(), None, None)
            }
        }

        impl From<&Self> for $command {
            fn from(command: &Self) -> Self {
                command.clone()
            }
        }
        $(
        impl $type {
            /// The command, given for a reason, which the change keeps (REV-7): see
            /// [`Order::because`](crate::Order::because).
            pub fn because(self, reason: &str) -> $crate::ledger::Order<$command> {
                $crate::ledger::Order::from(self).because(reason)
            }

            /// The command, named by a key of the host's, so that it is done only once: see
            /// [`Order::with_key`](crate::Order::with_key).
            pub fn with_key(self, key: &str) -> $crate::ledger::Order<$command> {
                $crate::ledger::Order::from(self).with_key(key)
            }
        })*
    };
}
pub(crate) use orders;
