//! What can be wrong with what a client sends, in words that help who sent it by mistake.

use http::StatusCode;

/// Why a message is refused before anybody reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("a line ends with LF alone; lines of HTTP/1 end with CR LF")]
    BareLf,
    #[error("the request line is not `METHOD address HTTP/1.1`")]
    RequestLine,
    #[error("the request line names no version; HTTP/0.9 is not spoken here")]
    NoVersion,
    #[error("this version of HTTP is not spoken here; use HTTP/1.1 or HTTP/2")]
    Version,
    #[error("this method is not answered here")]
    Method,
    #[error("the address has a byte that belongs into no address; encode it with %")]
    Target,
    #[error("the address is too long")]
    UriTooLong,
    #[error("the headers are too large")]
    HeadTooLarge,
    #[error("there are too many headers")]
    TooManyHeaders,
    #[error("a header goes on in a second line, which HTTP/1.1 forbids")]
    Folded,
    #[error("a header has no colon")]
    NoColon,
    #[error("there is a space between a header's name and its colon")]
    SpaceBeforeColon,
    #[error("a header's name is empty or has a byte that belongs into no name")]
    Name,
    #[error("a header's value has a control character")]
    Value,
    #[error("Content-Length is no number")]
    Length,
    #[error("Content-Length is there twice")]
    TwoLengths,
    #[error("Content-Length and Transfer-Encoding are both there; a body has one length")]
    LengthAndChunks,
    #[error("Transfer-Encoding can only be `chunked`, once, and in HTTP/1.1")]
    TransferEncoding,
    #[error("a request needs exactly one Host")]
    Host,
    #[error("a request that asks for another protocol cannot have a body")]
    UpgradeWithBody,
    #[error("a chunk's size is not 1 to 15 hexadecimal digits in a short line")]
    ChunkSize,
    #[error("a chunk does not end where its size says")]
    ChunkEnd,
    #[error("a trailer names a header that must stand before the body")]
    Trailer,
    #[error("this port speaks plain HTTP, and TLS came; write http:// instead of https://")]
    TlsOnPlainPort,
    #[error("this port speaks TLS, and plain HTTP came; write https:// instead of http://")]
    PlainOnTlsPort,
    #[error("the head of the request took too long")]
    SlowHead,
}

impl Fault {
    /// The status that says it.
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::UriTooLong => StatusCode::URI_TOO_LONG,
            Self::HeadTooLarge | Self::TooManyHeaders => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Version => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::SlowHead => StatusCode::REQUEST_TIMEOUT,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// For figures.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::LengthAndChunks
            | Self::TwoLengths
            | Self::Length
            | Self::TransferEncoding
            | Self::UpgradeWithBody => "framing",
            Self::ChunkSize | Self::ChunkEnd | Self::Trailer => "chunks",
            Self::UriTooLong | Self::HeadTooLarge | Self::TooManyHeaders => "head_size",
            Self::Host => "host",
            Self::TlsOnPlainPort | Self::PlainOnTlsPort => "wrong_port",
            Self::SlowHead => "slow",
            _ => "syntax",
        }
    }

    /// The whole answer, as bytes: who sent nonsense gets plain text, and the connection ends.
    pub(crate) fn answer(self) -> Vec<u8> {
        let status = self.status();
        let body = format!("{} {}: {self}.\n", status.as_u16(), status.canonical_reason().unwrap_or_default());
        format!(
            "HTTP/1.1 {} {}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {}\r\n\
             x-content-type-options: nosniff\r\ncache-control: no-store\r\nconnection: close\r\n\r\n{body}",
            status.as_u16(),
            status.canonical_reason().unwrap_or_default(),
            body.len()
        )
        .into_bytes()
    }
}
