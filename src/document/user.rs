//! Users, and the templates that they refer to.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::sync::Arc;

use crate::account::{Account, Altered, Edit, Invitation, User};
use crate::document::claims::Claims;
use crate::document::grants::TemplateGrants;
use crate::document::problem::DocumentFault;
use crate::document::reader::{At, Reader};
use crate::document::shape::{Stored, parts, shape};
use crate::email::Email;
use crate::grants::Grants;
use crate::key::{TemplateId, UserId};
use crate::mutes::Mutes;
use crate::profile::Holding;
use crate::role::{Role, Standing, Status};
use crate::template::{Template, TemplateError};
use crate::template_name::TemplateName;
use crate::time::Timestamp;

parts! {
    UserParts of user: User {
        id: required UserId = user.id(),
        email: required Email = user.email(),
        role: required Role = &user.role(),
        status: required Status = &user.status(),
        accepted: optional bool = &is_withheld(user).then_some(false),
        invitation: optional Invitation = &user.invitation(),
        template: optional TemplateId = user.template(),
        grants: optional Grants = Some(user.grants()).filter(|grants| !grants.is_empty()),
        mutes: optional Mutes = Some(user.mutes()).filter(|mutes| !mutes.is_empty()),
        last_sign_in: optional Timestamp = &user.last_sign_in(),
    }
}

parts! {
    TemplateParts of template: Template {
        id: required TemplateId = template.id(),
        name: required Box<str> = template.name(),
        description: optional Box<str> = template.description(),
        grants: required TemplateGrants = template.grants(),
    }
}

impl Reader {
    /// Writes what was read, unless there was a problem before: what cannot be written has one.
    fn write(&self, account: &mut Option<Account>, edit: &Edit) {
        let is_written = |account: &mut Account| self.is_clean() && account.write(edit).is_ok();
        if !account.as_mut().is_some_and(is_written) {
            *account = None;
        }
    }

    /// The ids of the templates. Of one that has problems there is only the id, for users to refer
    /// to.
    pub(super) fn templates(
        &mut self,
        at: Option<At<'_>>,
        account: &mut Option<Account>,
    ) -> Claims {
        let mut ids = Claims::new("template id", |id| id.into());
        let mut names = Claims::new("template name", |name| match TemplateName::parse(name) {
            Ok(name) => name.folded().to_owned().into(),
            Err(_) => name.into(),
        });
        self.each(at, |reader, item| {
            let Some(parts) = TemplateParts::read(reader, &item) else { return };
            ids.claim_id(reader, &parts.id);
            let name = parts.name.value.as_ref();
            let parsed = name.and_then(|name| Some((name, TemplateName::parse(name).ok()?)));
            if let (Some(at), Some((name, parsed))) = (parts.name.at, parsed) {
                names.claim(reader, at, (parsed.folded(), name), parts.id.at_if_read());
            }
            if let Some(template) = parts.finish(reader) {
                reader.write(account, &Edit::Template(Altered::Added(Arc::new(template))));
            }
        });
        ids
    }

    pub(super) fn users(
        &mut self,
        at: Option<At<'_>>,
        templates: &Claims,
        ids: &mut Claims,
        account: &mut Option<Account>,
    ) {
        let mut emails = Claims::new("email", |email| match Email::parse(email) {
            Ok(email) => email.folded().to_owned().into(),
            Err(_) => email.into(),
        });
        self.each(at, |reader, item| {
            let Some(parts) = UserParts::read(reader, &item) else { return };
            ids.claim_id(reader, &parts.id);
            if let (Some(at), Some(email)) = (parts.email.at, &parts.email.value) {
                let texts = (email.folded(), email.as_str());
                emails.claim(reader, at, texts, parts.id.at_if_read());
            }
            let holds = |at: At<'_>, id: &TemplateId| templates.holds(at.node, id.as_str());
            let template = parts.template.value.as_ref();
            let named = parts.template.at.zip(template);
            if let Some((at, _)) = named.filter(|(at, id)| !holds(*at, id)) {
                // A reference to a template that exists (TPL-8).
                reader.unknown::<()>(at, "template", templates.texts(at.node));
            }
            if let Some(user) = parts.finish(reader) {
                reader.write(account, &Edit::User(Altered::Added(Arc::new(user))));
            }
        });
    }
}

shape! {
    Invitation { sent, generation }
}

impl UserParts<'_> {
    fn finish(self, reader: &mut Reader) -> Option<User> {
        let Self { id, email, role, status, accepted, invitation, template, .. } = self;
        let Self { grants, mutes, last_sign_in, .. } = self;
        let other = status.value.filter(|status| *status != Status::Suspended);
        if let (Some(at), Some(_), Some(status)) = (accepted.at, accepted.value, other) {
            reader.fault(at, DocumentFault::Accepted { status: status.name() });
        }
        let standing = status.value.map(|status| Standing::of(status, accepted.value));
        let other = standing.filter(|standing| standing.has_accepted());
        if let (Some(at), Some(_), Some(standing)) = (invitation.at, invitation.value, other) {
            let status = standing.status().name();
            reader.fault(at, DocumentFault::Invitation { status });
        }
        let catalog = reader.catalog.as_ref()?;
        let holding = Holding {
            role: role.value?,
            standing: standing?,
            template: template.optional()?,
            grants: grants.optional()?.unwrap_or_else(|| Grants::new(catalog)),
            mutes: mutes.optional()?.unwrap_or_else(|| Mutes::new(catalog)),
        };
        let (invitation, last_sign_in) = (invitation.optional()?, last_sign_in.optional()?);
        Some(User::new(id.value?, email.value?, holding, invitation, last_sign_in))
    }
}

impl Stored for User {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        UserParts::read(reader, &at)?.finish(reader)
    }
}

impl TemplateParts<'_> {
    fn finish(self, reader: &mut Reader) -> Option<Template> {
        let name = self.name.at.zip(self.name.value).and_then(|(at, name)| {
            let parsed = TemplateName::parse(&name).map_err(TemplateError::from);
            reader.take(at, parsed).map(|_| name)
        });
        let TemplateGrants(grants) = self.grants.value?;
        // What cannot be a template has its problem noted above.
        let template = Template::new(self.id.value?, &name?, grants).ok()?;
        match self.description.at.zip(self.description.optional()?) {
            Some((at, description)) => reader.take(at, template.describe(&description)),
            None => Some(template),
        }
    }
}

impl Stored for Template {
    fn read(reader: &mut Reader, at: At<'_>) -> Option<Self> {
        TemplateParts::read(reader, &at)?.finish(reader)
    }
}

fn is_withheld(user: &User) -> bool {
    user.status() == Status::Suspended && !user.has_accepted()
}
