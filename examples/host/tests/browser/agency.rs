//! What an agency grants its subaccounts.

use fantoccini::Locator;

use crate::browser::{Browser, story};

const INVITE: &str = "Invite Members";

#[test]
fn inviting_is_gone_while_the_agency_has_turned_it_off() {
    story(|browser| async move {
        may_invite(&browser, true).await;
        turn(&browser, "☑ on", "☐ off").await;
        may_invite(&browser, false).await;
        turn(&browser, "☐ off", "☑ on").await;
        may_invite(&browser, true).await;
    });
}

/// The agency's principal turns inviting over, in the first subaccount.
async fn turn(browser: &Browser, from: &str, to: &str) {
    browser.sign_in("Agency bright", "bright").await.title("Agency permissions").await;
    browser.press_in(INVITE, from).await.confirm().await.title("Agency permissions").await;
    browser.says_in(INVITE, to).await.sign_out().await;
}

/// Whether an admin of the first subaccount is offered to invite.
async fn may_invite(browser: &Browser, may: bool) {
    browser.sign_in("North Clinic, of bright", "nils").await.press("Users").await;
    browser.title("Users").await.says_in("pia", "active").await;
    let button = browser.client().find_all(Locator::XPath("//button[text()='Invite']")).await;
    assert_eq!(button.unwrap().len(), usize::from(may));
    browser.sign_out().await;
}
