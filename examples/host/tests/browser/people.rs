//! Inviting, editing as a delegate, and the last admin.

use fantoccini::wd::WindowHandle;

use crate::browser::{Browser, story};

#[test]
fn invitations_end_at_the_seat_limit() {
    story(|browser| async move {
        browser.sign_in("Support desk", "ana").await.press("Users").await;
        browser.says("5 of 8 seats used, 3 free").await;
        // Another page of hers was loaded while there was room.
        let (first, second) = (browser.client().window().await.unwrap(), new_tab(&browser).await);
        browser.visit("/users").await.fill("Email", "late@support.example").await;
        browser.client().switch_to_window(first).await.unwrap();

        for (name, left) in [("one", "2 free"), ("two", "1 free"), ("three", "All 8 seats")] {
            let email = format!("{name}@support.example");
            browser.fill("Email", &email).await.choose("Template", "Support agent").await;
            browser.press("Invite").await.says(&email).await.confirm().await;
            browser.says_in(name, "invited").await.says(left).await;
        }
        browser.lacks("Invite").await;
        browser.says("all seats are taken (8 of 8): delete a user or raise the limit").await;

        browser.client().switch_to_window(second).await.unwrap();
        browser.press("Invite").await.title("This does not fit any more").await;
        browser.says("all seats are taken (8 of 8): delete a user or raise the limit").await;
        browser.press("Users").await.title("Users").await.says_not("late@support.example").await;

        // Whoever goes leaves a seat.
        browser.press_in("two", "Delete").await.confirm().await;
        browser.says("7 of 8 seats used, 1 free").await.fill("Email", "late@support.example").await;
        browser.press("Invite").await.confirm().await.says("All 8 seats are used").await;
    });
}

async fn new_tab(browser: &Browser) -> WindowHandle {
    let opened = browser.client().new_window(true).await.unwrap().handle;
    browser.client().switch_to_window(opened.clone()).await.unwrap();
    opened
}

#[test]
fn a_delegate_sees_what_they_may_not_do_and_why() {
    story(|browser| async move {
        browser.sign_in("Support desk", "dora").await.title("Hello, dora").await;
        browser.lacks("Role templates").await.press("Users").await;
        // She is offered nothing about an admin, nor about herself.
        browser.says_in("ana", "Admin").await;
        assert!(!browser.has_button("ana", "Suspend").await);
        assert!(!browser.has_button("dora", "Suspend").await);
        assert!(browser.has_button("max", "Suspend").await);

        browser.press("Edit max").await.title("Edit max").await;
        let why = browser.why_not("Conversations", "☐ delete").await;
        let gives = |what: &str| format!("this would give `{what}`, which `dora` does not hold");
        assert!(why.starts_with(&gives("conversations:delete")), "{why}");
        let why = browser.why_not("Settings", "☐ view").await;
        assert!(why.starts_with(&gives("settings:view")), "{why}");
        let why = browser.why_not("Role template", "Integrator").await;
        assert!(why.contains("which `dora` does not hold: ask an admin"), "{why}");
        let why = browser.why_not("Admin", "Make admin").await;
        assert_eq!(why, "`dora` may not do this: only an admin may");

        // What is grey does nothing; what she has she may give, and take back.
        browser.press_in("Settings", "☐ view").await.title("Edit max").await;
        browser.press_in("Analytics", "☐ view").await.confirm().await;
        browser.says_in("Analytics", "☑ view own").await;
        browser.press_in("Analytics", "☑ view").await.confirm().await;
        browser.says_in("Analytics", "☐ view").await;
    });
}

#[test]
fn the_last_admin_stays() {
    story(|browser| async move {
        let own = "`ana` cannot change their own role, status or permissions: ask another admin";
        browser.sign_in("Support desk", "ana").await.press("Users").await;
        assert!(!browser.has_button("ana", "Suspend").await);
        assert!(!browser.has_button("ana", "Delete").await);
        browser.press("Edit ana").await.title("Edit ana").await;
        for (part, label) in [
            ("User", "Start with nothing"),
            ("User", "With what is set below"),
            ("Access", "Suspend"),
            ("Access", "Delete"),
        ] {
            assert_eq!(browser.why_not(part, label).await, own, "{label}");
        }

        // The way out: another admin, who can do it, and is the last one then.
        browser
            .visit("/edit?user=dora")
            .await
            .press_in("Admin", "Make admin")
            .await
            .confirm()
            .await;
        browser.sign_out().await.sign_in("Support desk", "dora").await.press("Users").await;
        browser
            .press("Edit ana")
            .await
            .press_in("User", "Start with nothing")
            .await
            .confirm()
            .await;
        browser.says_in("Admin", "Make admin").await.press("Users").await;
        browser.press("Edit dora").await.title("Edit dora").await;
        let own = own.replace("ana", "dora");
        assert_eq!(browser.why_not("User", "Start with nothing").await, own);
    });
}
