/// Declares a catalog once, and yields `catalog()` and a typed constant for everything in it.
///
/// Parts come in this order; all but the id and `areas` may be left out:
///
/// ```
/// mod help_desk {
///     bailiwick::catalog! {
///         /// The areas of a help desk.
///         "help-desk/1";
///
///         // What roles and levels are called on pages.
///         roles { admin "Lead", member "Agent" }
///         levels { none "Hidden", read "View", edit "View and change" }
///         areas {
///             // area "Label" about "description": scale {
///             //     LEAF = "key" "Label" about "description" | "alias", …
///             // };
///             tickets about "What customers ask": levels {
///                 OPEN = "open" about "Tickets that wait for an answer",
///                 CLOSED = "closed" "Closed for good" | "archived",
///             };
///             // An area without sub-sections is a leaf: `as` names its constant.
///             macros "Canned answers": levels as MACROS;
///             // The first action is the one that all others need.
///             contacts: actions[VIEW = "view", MERGE = "merge"] as CONTACTS;
///             reports: actions[VIEW = "view", EXPORT = "export"] {
///                 DAILY = "daily", YEARLY = "yearly",
///             };
///             // Set for a user alone, never by a template.
///             phone: toggle(user_only) as PHONE;
///             // Comes with the account role.
///             desk: toggle(role) { BILLING = "billing", STAFF = "staff" };
///             // Features: those that the host sets, and those of an agency.
///             plan: toggle(account host) {
///                 ARCHIVE = "archive" api "archive", BASIC = "basic" always on,
///             };
///             extras: toggle(account agency) { EXPORT = "export" };
///         }
///         gates {
///             "tickets.closed": ["plan.archive"];
///             // One rung, and not the others.
///             "reports:export": ["extras.export"];
///         }
///         // Whoever holds one of these may give commands, while the
///         // features are on.
///         authority {
///             invite: ["desk.staff:on", "contacts:merge"] with ["plan.basic"];
///             edit: ["desk.staff:on"];
///         }
///         operations {
///             REOPEN = "reopen" "Reopen a ticket" about "Puts it back":
///                 ["tickets.closed:edit", "tickets.open:edit"];
///         }
///         templates {
///             READER = "reader" "Reader" about "Looks, and touches nothing": {
///                 "tickets": Read, "contacts": ["view"],
///             };
///         }
///         // Accounts with this feature keep an audit log.
///         audit_log "plan.archive";
///         // Stored accounts that still name these load.
///         retired { "tickets.spam" }
///     }
/// }
///
/// use bailiwick::{Permission, Requirement, Role};
/// const CLOSED: Permission = help_desk::tickets::CLOSED.edit();
/// const MERGE: Permission = help_desk::contacts::MERGE;
/// const EXPORT: Permission = help_desk::reports::YEARLY::EXPORT;
/// const REOPEN: Requirement = help_desk::operations::REOPEN;
///
/// let catalog = help_desk::catalog();
/// assert_eq!(catalog.permission("tickets.archived:edit")?, CLOSED);
/// assert_eq!(catalog.permission("reports.yearly:export")?, EXPORT);
/// assert_eq!(catalog.operation("reopen")?, &REOPEN);
/// assert_eq!(catalog.role_label(Role::Member), "Agent");
/// for template in help_desk::templates::ALL {
///     println!("{}: {}", template.label(), template.grants());
/// }
/// # Ok::<(), bailiwick::catalog::KeyError>(())
/// ```
///
/// A typed constant that the catalog does not have does not compile:
///
/// ```compile_fail
/// let permission = bailiwick::presets::studio::knowledge::FAQZ.edit();
/// ```
///
/// Nor does a gate, an authority, an operation, a template or an audit feature that names what the
/// catalog does not have, and the compiler's error says which text it is. Of this one it says
/// ``evaluation panicked: gate of `tickest`: the catalog has no such area, leaf or rung``:
///
/// ```compile_fail,E0080
/// mod help_desk {
///     bailiwick::catalog! {
///         /// A help desk.
///         "help-desk/1";
///         areas {
///             tickets: levels as TICKETS;
///             plan: toggle(account) { PRO = "pro" };
///         }
///         gates { "tickest": ["plan.pro"]; }
///     }
/// }
/// ```
///
/// Members are put in the module that calls the macro, so no area may be called `operations` or
/// `templates`.
///
/// # Panics
///
/// `catalog()` panics at its first call, naming every problem, if the declaration is one that
/// [`CatalogBuilder::build`](crate::catalog::CatalogBuilder::build) refuses: call it in a test.
#[macro_export]
macro_rules! catalog {
    (
        $(#[$catalog_doc:meta])*
        $id:literal;

        $(roles { $(admin $admin:literal $(,)?)? $(member $member:literal $(,)?)? })?
        $(levels {
            $(none $none:literal $(,)?)? $(read $read:literal $(,)?)? $(edit $edit:literal $(,)?)?
        })?
        areas {$(
            $(#[$area_doc:meta])*
            $area:ident $($area_label:literal)? $(| $area_alias:literal)*
            $(about $area_about:literal)? : $scale:ident
            $([$($ACTION:ident = $action:literal),+ $(,)?])?
            $(($flag:ident $($setter:ident)?))?
            $(as $LEAF:ident)?
            $({$(
                $(#[$section_doc:meta])*
                $SECTION:ident = $section:literal $($label:literal)? $(| $alias:literal)*
                $(api $api_name:literal)? $(always $on:ident)? $(about $about:literal)?
            ),+ $(,)?})?;
        )+}
        $(gates {$( $gated:literal: [$($gate_needs:literal),* $(,)?]; )*})?
        $(delegation { $delegated:literal: $delegation_needs:literal; })?
        $(authority {$(
            $group:ident: [$($carrier:literal),* $(,)?]
            $(with [$($carrier_feature:literal),* $(,)?])?;
        )*})?
        $(operations {$(
            $(#[$operation_doc:meta])*
            $OPERATION:ident = $operation:literal $($operation_label:literal)?
            $(about $operation_about:literal)? : [$($operation_needs:literal),* $(,)?];
        )*})?
        $(templates {$(
            $(#[$template_doc:meta])*
            $TEMPLATE:ident = $template:literal $template_name:literal
            $(about $template_about:literal)? : {
                $($path:literal: $setting:tt),* $(,)?
            };
        )*})?
        $(audit_log $audit:literal;)?
        $(retired { $($retired:literal),* $(,)? })?
    ) => {
        const AREAS: &[$crate::catalog::Area] = &[$(
            $crate::catalog::Area::from_code(
                $crate::catalog::Section::from_code(
                    $crate::catalog::Named::from_code(
                        stringify!($area),
                        $crate::__catalog!(option $($area_label)?),
                        $crate::__catalog!(option $($area_about)?),
                    ),
                    $crate::__catalog!(texts $($area_alias)*),
                    None,
                    false,
                ),
                $crate::__catalog!(scale $scale $($($action)+)?),
                $crate::__catalog!(source $($flag)?),
                $crate::__catalog!(setter $($flag $($setter)?)?),
                $crate::__catalog!(user_only $($flag)?),
                $crate::__catalog!(list $crate::catalog::Section: $($(
                    $crate::catalog::Section::from_code(
                        $crate::catalog::Named::from_code(
                            $section,
                            $crate::__catalog!(option $($label)?),
                            $crate::__catalog!(option $($about)?),
                        ),
                        $crate::__catalog!(texts $($alias)*),
                        $crate::__catalog!(option $($api_name)?),
                        $crate::__catalog!(always $($on)?),
                    )
                ),+)?),
            )
        ),+];

        #[doc(hidden)]
        pub static DEFINITION: $crate::catalog::Definition = $crate::catalog::Definition {
            id: $crate::__private::text($id),
            roles: $crate::catalog::RoleLabels {
                admin: $crate::__catalog!(text $($($admin)?)?),
                member: $crate::__catalog!(text $($($member)?)?),
            },
            levels: $crate::catalog::LevelLabels {
                none: $crate::__catalog!(text $($($none)?)?),
                read: $crate::__catalog!(text $($($read)?)?),
                edit: $crate::__catalog!(text $($($edit)?)?),
            },
            areas: $crate::__private::list(AREAS),
            gates: $crate::__private::list($crate::__catalog!(
                list $crate::catalog::Gate: $($($crate::catalog::Gate {
                    target: $crate::__private::text($gated),
                    needs: $crate::__private::list($crate::__catalog!(texts $($gate_needs)*)),
                }),*)?
            )),
            delegation: $crate::__catalog!(delegation $($delegated $delegation_needs)?),
            authority: $crate::__private::list($crate::__catalog!(
                list $crate::catalog::Carrier: $($($crate::catalog::Carrier {
                    group: $crate::__catalog!(group $group),
                    any: $crate::__private::list($crate::__catalog!(texts $($carrier)*)),
                    needs: $crate::__private::list(
                        $crate::__catalog!(texts $($($carrier_feature)*)?)
                    ),
                }),*)?
            )),
            operations: $crate::__private::list($crate::__catalog!(
                list $crate::catalog::Operation: $($($crate::catalog::Operation {
                    name: $crate::catalog::Named::from_code(
                        $operation,
                        $crate::__catalog!(option $($operation_label)?),
                        $crate::__catalog!(option $($operation_about)?),
                    ),
                    needs: $crate::__private::list($crate::__catalog!(texts $($operation_needs)*)),
                }),*)?
            )),
            templates: $crate::__private::list($crate::__catalog!(
                list $crate::catalog::Preset: $($($crate::catalog::Preset {
                    id: $crate::__private::text($template),
                    name: $crate::__private::text($template_name),
                    description: $crate::__catalog!(text $($template_about)?),
                    grants: $crate::__private::list($crate::__catalog!(
                        list ($crate::catalog::Text, $crate::catalog::Setting):
                        $(($crate::__private::text($path), $crate::__catalog!(setting $setting))),*
                    )),
                }),*)?
            )),
            audit_log: $crate::__catalog!(text $($audit)?),
            retired: $crate::__private::list($crate::__catalog!(texts $($($retired)*)?)),
        };

        #[doc(hidden)]
        pub const STAMP: $crate::Stamp = DEFINITION.stamp();

        // What names nothing does not compile, and the error says what it is.
        $($(const _: () = {
            DEFINITION.check_target($gated, concat!(
                "gate of `", $gated, "`: the catalog has no such area, leaf or rung"
            ));
            $(DEFINITION.check_feature($gate_needs, concat!(
                "gate of `", $gated, "`: `", $gate_needs, "` is not an account feature"
            ));)*
        };)*)?
        $(const _: () = {
            DEFINITION.check_target($delegated, concat!(
                "delegation: the catalog has no area `", $delegated, "`"
            ));
            DEFINITION.check_feature($delegation_needs, concat!(
                "delegation: `", $delegation_needs, "` is not an account feature"
            ));
        };)?
        $($(const _: () = {
            $(DEFINITION.check_carrier($carrier, concat!(
                "authority `", stringify!($group), "`: `", $carrier,
                "` is not a permission that is granted or comes with a role"
            ));)*
            $($(DEFINITION.check_feature($carrier_feature, concat!(
                "authority `", stringify!($group), "`: `", $carrier_feature,
                "` is not an account feature"
            ));)*)?
        };)*)?
        $($(const _: () = {
            $(DEFINITION.check_setting($path, $crate::__catalog!(one $setting), concat!(
                "template `", $template, "`: `", $path, "` cannot be set to `",
                stringify!($setting), "`"
            ));)*
        };)*)?
        $(const _: () = DEFINITION.check_feature($audit, concat!(
            "audit log: `", $audit, "` is not an account feature"
        ));)?
        $(const _: () = {
            $(DEFINITION.check_retired($retired, concat!(
                "retired: the catalog still has `", $retired, "`"
            ));)*
        };)?

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

            $crate::__catalog! {
                module $area $scale [$($($ACTION = $action),+)?]
                $($($(#[$section_doc])* $SECTION = $section [$($about)?],)+)?
            }
        )+

        $(
            /// The operations: what each needs, all of it.
            pub mod operations {
                const WORDS: usize = super::DEFINITION.words();
                $(
                $(#[$operation_doc])*
                #[doc = concat!("`", $operation, "`: needs ", $("`", $operation_needs, "` ",)*)]
                pub const $OPERATION: $crate::Requirement = {
                    const NEEDS: [u64; WORDS] = super::DEFINITION.conjunction(&[$((
                        $operation_needs,
                        concat!(
                            "operation `", $operation, "`: the catalog has no `", $operation_needs,
                            "`; write `path:rung`"
                        ),
                    )),*]);
                    $crate::Requirement::from_code(super::STAMP, &NEEDS)
                };
            )*}
        )?

        $(
            /// The role templates that the catalog ships.
            pub mod templates {
                /// All of them, in order.
                pub const ALL: &[$crate::catalog::TemplateKey] = &[$($TEMPLATE),*];
                $(
                $(#[$template_doc])*
                #[doc = concat!("`", $template, "`: ", $template_name, ".")]
                pub const $TEMPLATE: $crate::catalog::TemplateKey =
                    $crate::catalog::TemplateKey::from_code(
                        super::catalog,
                        $template,
                        $template_name,
                        $crate::__catalog!(option $($template_about)?),
                    );
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
    (text) => { None };
    (text $given:literal) => { Some($crate::__private::text($given)) };
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
    (setter account) => { Some($crate::catalog::Setter::Host) };
    (setter account host) => { Some($crate::catalog::Setter::Host) };
    (setter account agency) => { Some($crate::catalog::Setter::Agency) };
    (setter $($other:ident)?) => { None };
    (user_only user_only) => { true };
    (user_only $($other:ident)?) => { false };
    (group invite) => { $crate::catalog::Group::Invite };
    (group edit) => { $crate::catalog::Group::Edit };
    (group delete) => { $crate::catalog::Group::Delete };
    (group permissions) => { $crate::catalog::Group::Permissions };
    (group templates) => { $crate::catalog::Group::Templates };
    (one $setting:tt) => {{
        const SETTING: &$crate::catalog::Setting = &$crate::__catalog!(setting $setting);
        SETTING
    }};
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
    (module $area:ident $scale:ident $actions:tt) => {};
    (
        module $area:ident $scale:ident $actions:tt
        $($(#[$doc:meta])* $SECTION:ident = $section:literal [$($about:literal)?],)+
    ) => {
        #[doc = concat!("The area `", stringify!($area), "`.")]
        pub mod $area {
            #[doc = concat!("The area `", stringify!($area), "` itself.")]
            pub const AREA: $crate::catalog::Container =
                $crate::catalog::Container::from_code(stringify!($area));
            $(
                $(#[$doc])*
                #[doc = concat!("`", stringify!($area), ".", $section, "`." $(, " ", $about, ".")?)]
                pub const $SECTION: $crate::catalog::Leaf<$crate::__catalog!(typed $scale)> =
                    $crate::catalog::Leaf::from_code(
                        super::STAMP,
                        super::AREAS,
                        concat!(stringify!($area), ".", $section),
                    );

                $crate::__catalog! { rungs $area $section $SECTION $actions }
            )+
        }
    };
    // The actions of a sub-section, in a module that has the name of its constant.
    (rungs $area:ident $section:literal $SECTION:ident []) => {};
    (
        rungs $area:ident $section:literal $SECTION:ident
        [$($ACTION:ident = $action:literal),+]
    ) => {
        #[doc = concat!("The actions of `", stringify!($area), ".", $section, "`.")]
        #[allow(non_snake_case, reason = "it has the name of the leaf's constant")]
        pub mod $SECTION {$(
            #[doc = concat!("`", stringify!($area), ".", $section, ":", $action, "`.")]
            pub const $ACTION: $crate::Permission = match super::$SECTION.action($action) {
                Some(permission) => permission,
                None => unreachable!(),
            };
        )+}
    };
    (leaf $(#[$doc:meta])* $area:ident $scale:ident $([$($ignored:tt)*])?) => {};
    (leaf $(#[$doc:meta])* $area:ident $scale:ident as $LEAF:ident) => {
        $(#[$doc])*
        #[doc = concat!("The area `", stringify!($area), "`.")]
        pub const $LEAF: $crate::catalog::Leaf<$crate::__catalog!(typed $scale)> =
            $crate::catalog::Leaf::from_code(STAMP, AREAS, stringify!($area));
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
