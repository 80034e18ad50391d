//! Everything by Tab and Enter.

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;

use crate::browser::{Browser, story};

/// More stops than any page of the demo has.
const STOPS: usize = 300;

#[test]
fn the_keyboard_is_enough() {
    story(|browser| async move {
        browser.visit("/sign-in").await.title("Sign in").await;
        enter(&browser, "ana").await;
        browser.title("Hello, ana").await;
        enter(&browser, "Users").await;
        browser.title("Users").await;
        enter(&browser, "Edit max").await;
        browser.title("Edit max").await;
        enter(&browser, "☐ delete").await;
        browser.title("Review the change").await;
        tab_to(&browser, "Reason").await;
        type_text(&browser, "Max cleans up").await;
        enter(&browser, "Confirm").await;
        browser.title("Edit max").await.says("Saved as change").await;
        browser.says_in("Conversations", "☑ delete").await;
        enter(&browser, "Audit log").await;
        browser.says("Max cleans up").await;
    });
}

/// Goes to what is called so, and presses it.
async fn enter(browser: &Browser, name: &str) {
    tab_to(browser, name).await;
    press(browser, Key::Enter.into()).await;
}

/// Goes on with Tab until what is called so has the focus. Wherever it is on the way can be seen.
async fn tab_to(browser: &Browser, name: &str) {
    let mut stops = Vec::new();
    for _ in 0..STOPS {
        press(browser, Key::Tab.into()).await;
        let focused = browser.client().execute(FOCUSED, Vec::new()).await.unwrap();
        let Some(found) = focused.as_str() else { break };
        assert!(!found.starts_with("hidden:"), "{found}, after {stops:?}");
        if found.starts_with(name) {
            return;
        }
        stops.push(found.to_owned());
    }
    panic!("Tab does not lead to {name}: {stops:?}");
}

/// What has the focus is called; said to be hidden if it is off the page or has no outline.
const FOCUSED: &str = "
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const name = one.getAttribute('aria-label') || one.innerText || one.labels?.[0]?.innerText || '';
    const box = one.getBoundingClientRect();
    const is_here = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const style = getComputedStyle(one);
    const is_seen = is_here && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return (is_seen ? '' : 'hidden: ') + name.trim();";

async fn press(browser: &Browser, key: char) {
    let down_and_up = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value: key })
        .then(KeyAction::Up { value: key });
    browser.client().perform_actions(down_and_up).await.unwrap();
}

async fn type_text(browser: &Browser, text: &str) {
    let focused = browser.client().active_element().await.unwrap();
    focused.send_keys(text).await.unwrap();
}
