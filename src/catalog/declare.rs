/// Declares a catalog once, and yields `catalog()` and a typed constant for everything in it.
///
/// Sections come in this order; all but the id and `areas` may be left out:
///
/// ```
/// mod help_desk {
///     bailiwick::catalog! {
///         /// The areas of a help desk.
///         "help-desk/1";
///
///         areas {
///             // area: scale { LEAF = "key" "Label" | "alias" | "other_alias", … };
///             tickets: levels { OPEN = "open", CLOSED = "closed" "Closed for good" | "archived" };
///             // An area without sub-sections is a leaf and says the name of its constant.
///             macros "Canned answers": levels as MACROS;
///             // The first action is the one that all others need.
///             contacts: actions[VIEW = "view", MERGE = "merge"] as CONTACTS;
///             // Set for a user alone, never by a template.
///             phone: toggle(user_only) as PHONE;
///             // `role` comes with the account role; `account` is a feature.
///             desk: toggle(role) { BILLING = "billing" };
///             plan: toggle(account) { ARCHIVE = "archive" api "archive", BASIC = "basic" always on };
///         }
///         gates { "tickets.closed": ["plan.archive"]; }
///         operations { REOPEN = "reopen": ["tickets.closed:edit", "tickets.open:edit"]; }
///         templates { READER = "reader" "Reader": { "tickets": Read, "contacts": ["view"] }; }
///     }
/// }
///
/// use bailiwick::{Permission, Requirement};
/// const CLOSED: Permission = help_desk::tickets::CLOSED.edit();
/// const MERGE: Permission = help_desk::contacts::MERGE;
/// const REOPEN: Requirement = help_desk::operations::REOPEN;
///
/// let catalog = help_desk::catalog();
/// assert_eq!(catalog.permission("tickets.archived:edit")?, CLOSED);
/// assert_eq!(catalog.operation("reopen")?, &REOPEN);
/// # Ok::<(), bailiwick::catalog::KeyError>(())
/// ```
///
/// A typed constant that the catalog does not have does not compile:
///
/// ```compile_fail
/// let permission = bailiwick::presets::studio::knowledge::FAQZ.edit();
/// ```
///
/// Operations name permissions as `path:rung` by canonical key, and one that does not exist fails
/// the build. Members are put in the module that calls the macro, so no area may be called
/// `operations` or `templates`.
///
/// # Panics
///
/// `catalog()` panics at its first call, naming every problem, where the declaration is one that
/// [`CatalogBuilder::build`](crate::catalog::CatalogBuilder::build) refuses: call it in a test.
#[macro_export]
macro_rules! catalog {
    (
        $(#[$catalog_doc:meta])*
        $id:literal;

        areas {$(
            $(#[$area_doc:meta])*
            $area:ident $($area_label:literal)? $(| $area_alias:literal)* : $scale:ident
            $([$($ACTION:ident = $action:literal),+ $(,)?])?
            $(($flag:ident))?
            $(as $LEAF:ident)?
            $({$(
                $(#[$section_doc:meta])*
                $SECTION:ident = $section:literal $($label:literal)? $(| $alias:literal)*
                $(api $api_name:literal)? $(always $on:ident)?
            ),+ $(,)?})?;
        )+}
        $(gates {$( $gated:literal: [$($gate_needs:literal),* $(,)?]; )*})?
        $(delegation { $delegated:literal: $delegation_needs:literal; })?
        $(operations {$(
            $(#[$operation_doc:meta])*
            $OPERATION:ident = $operation:literal: [$($operation_needs:literal),* $(,)?];
        )*})?
        $(templates {$(
            $(#[$template_doc:meta])*
            $TEMPLATE:ident = $template:literal $template_name:literal: {
                $($path:literal: $setting:tt),* $(,)?
            };
        )*})?
    ) => {
        const AREAS: &[$crate::catalog::Area] = &[$(
            $crate::catalog::Area::from_code(
                $crate::catalog::Section::from_code(
                    stringify!($area),
                    $crate::__catalog!(option $($area_label)?),
                    $crate::__catalog!(texts $($area_alias)*),
                    None,
                    false,
                ),
                $crate::__catalog!(scale $scale $($($action)+)?),
                $crate::__catalog!(source $($flag)?),
                $crate::__catalog!(user_only $($flag)?),
                $crate::__catalog!(list $crate::catalog::Section: $($(
                    $crate::catalog::Section::from_code(
                        $section,
                        $crate::__catalog!(option $($label)?),
                        $crate::__catalog!(texts $($alias)*),
                        $crate::__catalog!(option $($api_name)?),
                        $crate::__catalog!(always $($on)?),
                    )
                ),+)?),
            )
        ),+];

        const GATES: &[$crate::catalog::Gate] = &[$($($crate::catalog::Gate {
            target: $crate::__private::text($gated),
            needs: $crate::__private::list($crate::__catalog!(texts $($gate_needs)*)),
        }),*)?];

        const OPERATIONS: &[$crate::catalog::Operation] = &[$($($crate::catalog::Operation {
            key: $crate::__private::text($operation),
            needs: $crate::__private::list($crate::__catalog!(texts $($operation_needs)*)),
        }),*)?];

        const TEMPLATES: &[$crate::catalog::Preset] = &[$($($crate::catalog::Preset {
            id: $crate::__private::text($template),
            name: $crate::__private::text($template_name),
            grants: $crate::__private::list($crate::__catalog!(
                list ($crate::catalog::Text, $crate::catalog::Setting):
                $(($crate::__private::text($path), $crate::__catalog!(setting $setting))),*
            )),
        }),*)?];

        #[doc(hidden)]
        pub static DEFINITION: $crate::catalog::Definition = $crate::catalog::Definition::from_code(
            $id,
            AREAS,
            GATES,
            $crate::__catalog!(delegation $($delegated $delegation_needs)?),
            OPERATIONS,
            TEMPLATES,
        );

        #[doc(hidden)]
        pub const STAMP: $crate::Stamp = DEFINITION.stamp();

        $(#[$catalog_doc])*
        ///
        /// Built at the first call and shared from then on.
        #[must_use]
        pub fn catalog() -> $crate::Catalog {
            static BUILT: $crate::__private::OnceBox<$crate::Catalog> =
                $crate::__private::OnceBox::new();
            $crate::__private::shared(&BUILT, &DEFINITION)
        }

        $(
            $crate::__catalog! {
                leaf $(#[$area_doc])* $area $scale $([$($ACTION = $action),+])? $(as $LEAF)?
            }

            $(
                #[doc = concat!("The area `", stringify!($area), "`.")]
                pub mod $area {
                    #[doc = concat!("The area `", stringify!($area), "` itself.")]
                    pub const AREA: $crate::catalog::Container =
                        $crate::catalog::Container::from_code(stringify!($area));
                    $(
                        $(#[$section_doc])*
                        #[doc = concat!("`", stringify!($area), ".", $section, "`.")]
                        pub const $SECTION:
                            $crate::catalog::Leaf<$crate::__catalog!(typed $scale)> =
                            $crate::catalog::Leaf::from_code(
                                super::STAMP,
                                super::AREAS,
                                concat!(stringify!($area), ".", $section),
                                stringify!($area),
                                Some($section),
                            );
                    )+
                }
            )?
        )+

        $(
            /// The operations: what each needs, all of it.
            pub mod operations {
                const WORDS: usize = super::DEFINITION.words();
                $(
                $(#[$operation_doc])*
                #[doc = concat!("`", $operation, "`: needs ", $("`", $operation_needs, "` ",)*)]
                pub const $OPERATION: $crate::Requirement = {
                    const NEEDS: [u64; WORDS] =
                        super::DEFINITION.conjunction(&[$($operation_needs),*]);
                    $crate::Requirement::from_code(super::STAMP, &NEEDS)
                };
            )*}
        )?

        $(
            /// The role templates that the catalog ships.
            pub mod templates {$(
                $(#[$template_doc])*
                #[doc = concat!("`", $template, "`: ", $template_name, ".")]
                pub const $TEMPLATE: $crate::catalog::TemplateKey =
                    $crate::catalog::TemplateKey::from_code(super::catalog, $template);
            )*}
        )?
    };
}

/// The parts of [`catalog!`] that have cases.
#[doc(hidden)]
#[macro_export]
macro_rules! __catalog {
    // A list as a constant of its own, which lives for ever.
    (list $item:ty: $($value:expr),*) => {{
        const LIST: &[$item] = &[$($value),*];
        LIST
    }};
    (texts $($text:literal)*) => {
        $crate::__catalog!(list $crate::catalog::Text: $($crate::__private::text($text)),*)
    };
    (option) => { None };
    (option $given:literal) => { Some($given) };
    (always) => { false };
    (always on) => { true };
    (scale levels) => { $crate::catalog::Scale::Levels };
    (scale toggle) => { $crate::catalog::Scale::Toggle };
    (scale actions $($action:literal)+) => {
        $crate::catalog::Scale::Actions($crate::__private::list(
            $crate::__catalog!(texts $($action)+)
        ))
    };
    (typed levels) => { $crate::catalog::Levels };
    (typed toggle) => { $crate::catalog::Toggle };
    (typed actions) => { $crate::catalog::Actions };
    (source) => { $crate::catalog::Source::Grantable };
    (source user_only) => { $crate::catalog::Source::Grantable };
    (source role) => { $crate::catalog::Source::Role };
    (source account) => { $crate::catalog::Source::Account };
    (user_only user_only) => { true };
    (user_only $($other:ident)?) => { false };
    (setting [$($action:literal),* $(,)?]) => {
        $crate::catalog::Setting::Actions($crate::__private::list(
            $crate::__catalog!(texts $($action)*)
        ))
    };
    (setting true) => { $crate::catalog::Setting::Toggle(true) };
    (setting false) => { $crate::catalog::Setting::Toggle(false) };
    (setting $level:ident) => { $crate::catalog::Setting::Level($crate::Level::$level) };
    (delegation) => { None };
    (delegation $area:literal $feature:literal) => {
        Some($crate::catalog::Delegation {
            area: $crate::__private::text($area),
            feature: $crate::__private::text($feature),
        })
    };
    (leaf $(#[$doc:meta])* $area:ident $scale:ident $([$($ignored:tt)*])?) => {};
    (leaf $(#[$doc:meta])* $area:ident $scale:ident as $LEAF:ident) => {
        $(#[$doc])*
        #[doc = concat!("The area `", stringify!($area), "`.")]
        pub const $LEAF: $crate::catalog::Leaf<$crate::__catalog!(typed $scale)> =
            $crate::catalog::Leaf::from_code(
                STAMP,
                AREAS,
                stringify!($area),
                stringify!($area),
                None,
            );
    };
    (
        leaf $(#[$doc:meta])* $area:ident actions
        [$($ACTION:ident = $action:literal),+] as $LEAF:ident
    ) => {
        $crate::__catalog! { leaf $(#[$doc])* $area actions as $LEAF }

        $(#[$doc])*
        #[doc = concat!("The actions of `", stringify!($area), "`.")]
        pub mod $area {$(
            #[doc = concat!("`", stringify!($area), ":", $action, "`.")]
            pub const $ACTION: $crate::Permission = match super::$LEAF.action($action) {
                Some(permission) => permission,
                None => unreachable!(),
            };
        )+}
    };
}
