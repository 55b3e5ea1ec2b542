//! Hashes against independent values, at the edges of blocks; metadata by the rules of subresource integrity.

use somon_modules::integrity::{fits, is_known, of};
use somon_modules::sha2::{Algorithm, digest_base64};

#[test]
fn digests_are_those_of_the_standard() {
    let table = [
        (
            "a".repeat(0),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb",
            "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
        ),
        (
            "abc".to_owned(),
            "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
            "ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn",
            "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==",
        ),
        (
            "a".repeat(111),
            "Y3T3MgiFRHOCf29qP0Ox9T6qO4LCHBptaaIRCyp5uq0=",
            "PDeVUFHLXDAm+U1VHVteKsONVyrk4HFyCF/tgfhGa4+Q3COo/83qC42OWOj9rMgK",
            "+pEhx7MrngFzPQNM/HjL9n+SbH7YPoIgDvhoGBlpIXYLS+/0hATfgRuVOCgnRGFnPGjQTil7DreytNYPxrVmog==",
        ),
        (
            "a".repeat(112),
            "9UNTAIolUyYuzcSjR0lWO6CVDosPyGUngLCmFLmWg8E=",
            "GH1OB8swYQPGmWe/VE0N++kEJXdZnHPDMKvAy2TGEjbV7VZe4ZEZ2MMXeaOPeR/N",
            "wB0IDv1JJ3ahxDvSPdmdCi5ibUgeFnguddVMJQO13DK9BfDxujPlaLiP0tlwkptxnsuxUvWPEwpAfIgwYEtwyg==",
        ),
        (
            "a".repeat(1000),
            "Qe3s5C1j6Nm/UVqbppMuHCDLyfWl0TRkWttdsblzfqM=",
            "9USAaJxrCxHQMDKF2agbIak7ymulobRHJ2XcpNpF7jKAgtRpxlDNO2GxbTJmq4zt",
            "Z7pVNaRuP4bb++2Mu68BJcdu1Un/iwueA+DIjPkPpjT6exK0fXe2lN5Iis6NmmWWfclt9ZlyfTKSqNnUR3Cclw==",
        ),
        (
            "a".repeat(55),
            "n0OQ+NMMLdkuyfCVtl4rmumwqSWlJY4kHJ8ekQ9zQxg=",
            "XZGsfnTmK1xyiQS0DxB4TWa3r5y2MCEj5IyS8EMs640qksAt533LKe11xLQr3kb0",
            "sCIMdyy/bBgi4ss4pDfQ4dWHckF6S7shyWE2T4thQ+BapjFtyo0dexnhZEhBkHY5X2CGy1UQH71tVJexSOF0Xw==",
        ),
        (
            "a".repeat(56),
            "s1Q5pKxvCUi21vnjxq8PX1kM4g8b3nCQ73lwaG7Gc4o=",
            "io2WSeoE6ZOmynE1r34zksxfyoT4UxyseqP+7U65j1Xcvg8yhLYcbzX5iwLMZEtM",
            "litkquNX0qT+497YtTm9ydMlCBgisL/FVYMTOqtE8Yuv4R1yp64Wx5ziumIK4iQtUUSAkWGUXxNn9Bs5cuJuBA==",
        ),
        (
            "a".repeat(63),
            "fT50oF19sVvOStnsBljqmOPwbu7PFrTG//LaRX3cLzQ=",
            "fn8JfpW1K7j1M4NFDsr5hoGHwTCYFzDAO21XOt/AuZHjZSROW0v6CCv7Q8UX03Eg",
            "wbD1xtOwPf5KJgLmckL1TjRAkLZuARAKRpsSn1g/AWx+J93eqkODk9zH7FSwtXybp68Af5tW219vtnfZcqMTYg==",
        ),
        (
            "a".repeat(64),
            "/+BU/nrgy23GXDr5th1SCfQ5hR20PQulmXM33xVGaOs=",
            "LkBLkznaeVd25RDZaTCzvikExQA5W4y3QTM0uC1N7EE7S4ETBFoFu7z/hG8CdCP2",
            "AdNcEMbDjC3PSPfuuzI1+1rXSmXsTNAW4jVMY3qPtJtpXvPB1veuTNdNeMycm8rJ1PI6cwGZmKf3MDilybLb3g==",
        ),
    ];
    for (text, sha256, sha384, sha512) in table {
        let all = [(Algorithm::Sha256, sha256), (Algorithm::Sha384, sha384), (Algorithm::Sha512, sha512)];
        for (algorithm, expected) in all {
            assert_eq!(digest_base64(algorithm, &[text.as_bytes()]), expected, "{algorithm:?} of {} bytes", text.len());
            let (start, end) = text.as_bytes().split_at(text.len() / 3);
            assert_eq!(digest_base64(algorithm, &[start, end]), expected, "in two parts");
        }
    }
}

#[test]
fn the_strongest_hash_listed_decides() {
    let hash = |algorithm: Algorithm, text: &str| {
        [algorithm.text(), "-", &digest_base64(algorithm, &[text.as_bytes()])].concat()
    };
    let (weak, strong) = (hash(Algorithm::Sha256, "abc"), hash(Algorithm::Sha512, "abc"));
    let (weak_other, strong_other) = (hash(Algorithm::Sha256, "x"), hash(Algorithm::Sha512, "x"));
    let rows = [
        ("one that fits", weak.clone(), true),
        ("one that does not", weak_other.clone(), false),
        ("any of several", [&weak_other, " ", &weak].concat(), true),
        ("a weak one that fits beside a strong one that does not", [&weak, " ", &strong_other].concat(), false),
        ("a strong one that fits beside a weak one that does not", [&weak_other, "\n", &strong].concat(), true),
        ("options behind a question mark", [&weak, "?ct=a"].concat(), true),
        ("without padding", weak.trim_end_matches('=').to_owned(), true),
        ("nothing asked for", String::new(), true),
        ("no hash that is known", "md5-abc".to_owned(), false),
        ("an unknown one beside a known one", ["md5-abc ", &weak].concat(), true),
    ];
    for (name, metadata, expected) in rows {
        assert_eq!(fits(&metadata, &[b"abc"]), expected, "{name}");
    }
    assert!(is_known(&of(&[b"abc"])) && !is_known("md5-abc") && !is_known(""));
}
