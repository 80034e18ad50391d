//! The steps that set levels (LVL-13).

use crate::account::decide::Decider;
use crate::account::refusal::Refusal;
use crate::area_levels;
use crate::grants::Grants;
use crate::level::Level;
use crate::profile::Holding;
use crate::template::Template;

impl Decider<'_, '_> {
    pub(super) fn set_area(
        &self,
        user: &mut Holding,
        area: &str,
        level: Level,
    ) -> Result<(), Refusal> {
        let template = self.template_grants(user);
        Ok(area_levels::set_area(template, &mut user.grants, &mut user.mutes, area, level)?)
    }

    pub(super) fn set_section(
        &self,
        user: &mut Holding,
        leaf: &str,
        level: Level,
    ) -> Result<(), Refusal> {
        let template = self.template_grants(user);
        Ok(area_levels::set_section(template, &mut user.grants, &mut user.mutes, leaf, level)?)
    }

    pub(super) fn raise(
        &self,
        user: &mut Holding,
        leaf: &str,
        level: Level,
    ) -> Result<(), Refusal> {
        let template = self.template_grants(user);
        Ok(area_levels::raise(template, &mut user.grants, &mut user.mutes, leaf, level)?)
    }

    fn template_grants(&self, user: &Holding) -> Option<&Grants> {
        let template = user.template.as_ref().and_then(|id| self.draft.next.template(id.as_str()));
        template.map(Template::grants)
    }
}
