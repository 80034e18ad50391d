//! The dialogs of subaccounts, as whoever acts in the agency is to see them (USR-15).
//!
//! Who may open one, and what it offers, is asked just as [`AgencyCommand::within`] is.
//!
//! [`AgencyCommand::within`]: crate::agency::AgencyCommand::within

use alloc::vec::Vec;

use crate::account::dialog::{AreaRow, Dialog};
use crate::agency::{Agency, AgencyRefusal};
use crate::ledger::Actor;
use crate::time::Timestamp;

impl Agency {
    /// The Edit dialog about a user of a subaccount, as `actor` is to see it: as
    /// [`Account::dialog`](crate::Account::dialog), but each choice is a command to be given
    /// [within](crate::agency::AgencyCommand::within) the subaccount.
    ///
    /// ```
    /// use bailiwick::agency::{AgencyCommand, NewSubaccount};
    /// use bailiwick::presets::agency_studio;
    /// use bailiwick::{Actor, Agency, Timestamp};
    ///
    /// let now = Timestamp::from_unix_millis(1_790_000_000_000);
    /// let mut north = Agency::new("north".parse()?, agency_studio::catalog());
    /// let harbor = NewSubaccount::new("harbor").admin("ana", "ana@harbor.example");
    /// let me = Actor::agency(north.id());
    /// north.execute(&me, harbor, now)?;
    ///
    /// let dialog = north.dialog(&Actor::Host, "harbor", "ana", now)?;
    /// let choice = dialog
    ///     .choices()
    ///     .find(|choice| choice.refusal().is_none())
    ///     .unwrap();
    /// let within = AgencyCommand::within("harbor", choice.command().clone());
    /// north.execute(&Actor::Host, within, now)?;
    ///
    /// // An agency changes features; users are for the subaccount's own admins.
    /// let dialog = north.dialog(&me, "harbor", "ana", now)?;
    /// assert!(dialog.choices().all(|choice| choice.refusal().is_some()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// An actor who is neither the host, nor this agency, nor an active user of the subaccount, who
    /// learns nothing else (GRD-11); an unknown subaccount, and an unknown user.
    pub fn dialog(
        &self,
        actor: &Actor,
        account: &str,
        user: &str,
        now: Timestamp,
    ) -> Result<Dialog<'_>, AgencyRefusal> {
        let (account, right) = self.enter(account, actor)?;
        Ok(account.dialog_by(&right, actor, user, now)?)
    }

    /// The dialog about someone who is about to be invited to a subaccount: as
    /// [`Account::dialog_for_new`](crate::Account::dialog_for_new).
    ///
    /// # Errors
    ///
    /// As [`dialog`](Self::dialog), except for an unknown user.
    pub fn dialog_for_new(
        &self,
        actor: &Actor,
        account: &str,
        now: Timestamp,
    ) -> Result<Dialog<'_>, AgencyRefusal> {
        let (account, right) = self.enter(account, actor)?;
        Ok(account.dialog_for_new_by(&right, actor, now))
    }

    /// What `actor` may set in a template of a subaccount: as
    /// [`Account::dialog_for_template`](crate::Account::dialog_for_template).
    ///
    /// # Errors
    ///
    /// As [`dialog`](Self::dialog), with an unknown template for an unknown user.
    pub fn dialog_for_template(
        &self,
        actor: &Actor,
        account: &str,
        template: &str,
        now: Timestamp,
    ) -> Result<Vec<AreaRow<'_>>, AgencyRefusal> {
        let (account, right) = self.enter(account, actor)?;
        Ok(account.dialog_for_template_by(&right, actor, template, now)?)
    }
}
