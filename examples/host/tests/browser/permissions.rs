//! Role templates, and levels with restrictions.

use crate::browser::{Browser, story};

#[test]
fn editing_a_template_changes_everyone_who_has_it() {
    story(|browser| async move {
        browser.sign_in("Support desk", "max").await.says("Hello, max").await;
        browser.says_in("Conversations", "view, create, edit").await.sign_out().await;

        browser.sign_in("Support desk", "ana").await.press("Role templates").await;
        browser.says_in("Support agent", "2 users").await.press("Support agent").await;
        browser.title("Support agent").await.press_in("Conversations", "☐ delete").await;
        // One of them is active; the other is invited, and will have it once they accept.
        browser.title("Review the change").await.says("Conversations: delete").await;
        browser.says("once active").await.press("Cancel").await;
        browser.title("Support agent").await.says_in("Conversations", "☐ delete").await;

        browser.press_in("Conversations", "☐ delete").await.confirm().await;
        browser.says_in("Conversations", "☑ delete").await;
        for who in ["max", "ivy"] {
            browser.visit(&format!("/edit?user={who}")).await;
            browser.says_in("Conversations", "☑ delete template").await;
        }
        browser.visit("/edit?user=sam").await.says_in("Conversations", "☐ delete").await;
        browser.sign_out().await.sign_in("Support desk", "max").await;
        browser.says_in("Conversations", "view, create, edit, delete").await.sign_out().await;
        browser.sign_in("Support desk", "ivy").await;
        browser.says_in("Conversations", "view, create, edit, delete").await;
    });
}

#[test]
fn an_area_that_is_lowered_and_raised_keeps_its_restrictions() {
    story(|browser| async move {
        browser.sign_in("Acme Studio", "ada").await.press("Users").await;
        browser.press("Edit kim").await.title("Edit kim").await;
        levels(&browser, ["Edit", "Edit", "Read", "Edit"]).await;

        browser.press_in("Level of Knowledge", "None").await.title("Review the change").await;
        browser.says("Knowledge › Sources: read").await.confirm().await;
        assert_eq!(browser.current("Level of Knowledge").await, "None");
        browser.unfold("Knowledge").await.says_in("Knowledge", "Sources restricted").await;

        browser.press_in("Level of Knowledge", "Edit").await.confirm().await;
        levels(&browser, ["Edit", "Edit", "Read", "Edit"]).await;

        // To raise what is above its area raises the area, and leaves its other sections alone.
        browser.unfold("Analytics").await.press_in("KPIs", "Edit ↑").await.confirm().await;
        assert_eq!(browser.current("Level of Analytics").await, "Edit");
        browser.says_in("Analytics", "7 restricted").await.unfold("Analytics").await;
        assert_eq!(browser.current("KPIs").await, "Edit");
        assert_eq!(browser.current("Conversations").await, "Read");
    });
}

/// Knowledge and its sub-sections are at these levels.
async fn levels(browser: &Browser, expected: [&str; 4]) {
    browser.title("Edit kim").await.unfold("Knowledge").await;
    let mut found = Vec::new();
    for part in ["Level of Knowledge", "FAQs", "Sources", "Variants"] {
        found.push(browser.current(part).await);
    }
    assert_eq!(found, expected);
}
