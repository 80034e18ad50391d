/// Small structs for the variants of errors and refusals, with an accessor for each field, so that
/// fields can be added. A field that is lent is followed by what it is lent as.
macro_rules! structs {
    ($(
        $(#[$meta:meta])*
        $name:ident { $($(#[$doc:meta])* $field:ident: $type:ty $(=> &$lent:ty)?,)* }
    )*) => {$(
        #[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
        $(#[$meta])*
        pub struct $name {
            $(pub(crate) $field: $type,)*
        }

        impl $name {
            $($crate::structs::structs!(@ $(#[$doc])* $field: $type $(=> &$lent)?);)*
        }
    )*};
    (@ $(#[$doc:meta])* $field:ident: $type:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(&self) -> $type {
            self.$field
        }
    };
    (@ $(#[$doc:meta])* $field:ident: $type:ty => &$lent:ty) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(&self) -> &$lent {
            &self.$field
        }
    };
}
pub(crate) use structs;
