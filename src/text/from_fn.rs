use core::fmt;

/// Shows what `write` writes. It is the standard library's `fmt::from_fn`, which is newer than the
/// oldest compiler that the crate supports.
pub(crate) fn from_fn<F>(write: F) -> impl fmt::Display
where
    F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result,
{
    FromFn(write)
}

struct FromFn<F>(F);

impl<F: Fn(&mut fmt::Formatter<'_>) -> fmt::Result> fmt::Display for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}
