//! Randomness of the browser's own, fit for secrets.

use wasm_bindgen::JsValue;

/// 256 random bits.
///
/// # Errors
/// The browser has none: then nothing may be made of it.
pub(crate) fn bits() -> Result<[u8; 32], JsValue> {
    let mut bits = [0; 32];
    leptos::prelude::window().crypto()?.get_random_values_with_u8_array(&mut bits)?;
    Ok(bits)
}

/// A name for an attempt to publish that no other has.
pub(crate) fn name() -> String {
    // Without randomness the time has to do: two tries in one millisecond are no secret, only unlikely.
    let bits = bits().unwrap_or_else(|_| {
        let mut bits = [0; 32];
        bits.iter_mut().zip(js_sys::Date::now().to_be_bytes()).for_each(|(bit, byte)| *bit = byte);
        bits
    });
    let hex: String = bits.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("app-{hex}")
}
