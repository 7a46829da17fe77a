// The image that the examples of `Image` and `Slots` look at, as its words, its text and its lists. No module: an expression, which
// they include. From December on, who is in the Netherlands gets `on`.
{
    use halyard_core::{check::Cap, compile, read};
    let report = read(
        br#"{"format": 1, "flags": {"new-cart": {
            "purpose": "operational", "owner": "team-cart", "created": "2026-11-01", "visibility": "public", "variants": {"on": true, "off": false},
            "rules": [{"id": "dutch", "when": {"all": [{"attribute": "country", "is": ["NL"]}, {"after": "2026-12-01T00:00:00Z"}]}, "serve": "on"}],
            "otherwise": "off"}}}"#,
        Cap::Publisher,
    );
    let bytes = compile(&report.checked.unwrap()).to_image(&[0; 32]);
    // How an image lies in bytes, `image/form.rs` says.
    let (head, rest) = bytes.split_at(52);
    let length = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap()) as usize;
    let (words, rest) = rest.split_at(4 * length(40));
    let (text, lists) = rest.split_at(length(44));
    let words: Vec<u32> = words.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
    (words, text.to_vec(), lists.to_vec())
}
