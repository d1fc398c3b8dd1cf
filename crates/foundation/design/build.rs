//! Joins the style sheets, compresses every asset at the highest level and names it by its content.
//!
//! No bundler and no Node: the assets are plain CSS, plain ES modules and SVG; what is served is what lies in `assets/`,
//! without the style sheet's comments.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The order decides nothing but the reading: cascade layers decide what wins.
const STYLES: [&str; 9] = [
    "layers.css",
    "reset.css",
    "tokens.css",
    "base.css",
    "components.css",
    "compare.css",
    "accounts.css",
    "pages.css",
    "print.css",
];

struct Source {
    /// The constant's name in the generated file.
    constant: &'static str,
    stem: &'static str,
    extension: &'static str,
    content_type: &'static str,
    bytes: Vec<u8>,
}

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=assets");
    let mut css = String::new();
    for name in STYLES {
        css.push_str(&without_comments(&fs::read_to_string(Path::new("assets/css").join(name))?));
    }
    let planner = without_comments(&fs::read_to_string("assets/css/planner.css")?);
    let sources = [
        source("SITE_CSS", "site", "css", "text/css; charset=utf-8", css.into_bytes()),
        source("PLANNER_CSS", "planner", "css", "text/css; charset=utf-8", planner.into_bytes()),
        source("PLANNER_JS", "planner", "js", "text/javascript; charset=utf-8", fs::read("assets/planner.js")?),
        source("SITE_JS", "site", "js", "text/javascript; charset=utf-8", fs::read("assets/site.js")?),
        source("ICON_SVG", "icon", "svg", "image/svg+xml", fs::read("assets/icon.svg")?),
        source(
            "SPECULATION_JSON",
            "speculation",
            "json",
            "application/speculationrules+json",
            fs::read("assets/speculation.json")?,
        ),
    ];
    #[expect(clippy::disallowed_methods, reason = "cargo tells a build script its folder this way")]
    let out = PathBuf::from(env::var("OUT_DIR").map_err(io::Error::other)?);
    let mut generated = String::new();
    for source in &sources {
        generated.push_str(&embed(source, &out)?);
    }
    fs::write(out.join("assets.rs"), generated)
}

fn source(
    constant: &'static str,
    stem: &'static str,
    extension: &'static str,
    content_type: &'static str,
    bytes: Vec<u8>,
) -> Source {
    Source { constant, stem, extension, content_type, bytes }
}

/// Writes the three forms of an asset and gives the constant that embeds them.
fn embed(source: &Source, out: &Path) -> io::Result<String> {
    let Source { constant, stem, extension, content_type, bytes } = source;
    let base = out.join(format!("{stem}.{extension}"));
    fs::write(&base, bytes)?;
    fs::write(out.join(format!("{stem}.{extension}.gz")), gzip(bytes)?)?;
    fs::write(out.join(format!("{stem}.{extension}.br")), brotli(bytes)?)?;
    let hash = content_hash(bytes);
    let mut text = String::new();
    let _ = writeln!(text, "const {constant}: Asset = Asset {{");
    let _ = writeln!(text, "    path: \"/-/assets/{stem}.{hash:016x}.{extension}\",");
    let _ = writeln!(text, "    content_type: \"{content_type}\",");
    for (field, suffix) in [("identity", ""), ("gzip", ".gz"), ("brotli", ".br")] {
        let _ =
            writeln!(text, "    {field}: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{stem}.{extension}{suffix}\")),");
    }
    let _ = writeln!(text, "}};");
    Ok(text)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn brotli(mut bytes: &[u8]) -> io::Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut compressed, &params)?;
    Ok(compressed)
}

/// FNV-1a, 64 bits: names must differ when contents differ; nobody attacks our own style sheet.
fn content_hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Comments are for us; the reader of the page should not pay for them.
fn without_comments(css: &str) -> String {
    let mut rest = css;
    let mut kept = String::with_capacity(css.len());
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, tail)| tail);
    }
    kept.push_str(rest);
    kept.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}
