//! Sends a request's body to an upstream as it comes from the client.

use std::io::Write as _;

use http::HeaderMap;
use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::OwnedWriteHalf;

use crate::request::body::ClientBody;
use crate::request::forwarding::is_hop_by_hop;
use crate::upstream::connection::SendError;

/// Sends the head and then the body; with chunks when its length is not known.
pub(crate) async fn send_body(
    mut write: OwnedWriteHalf,
    head: Vec<u8>,
    mut body: ClientBody,
    is_chunked: bool,
) -> Result<OwnedWriteHalf, SendError> {
    write.write_all(&head).await.map_err(SendError::Upstream)?;
    let mut trailers = None;
    while let Some(frame) = body.frame().await {
        match frame.map_err(SendError::Client)?.into_data() {
            Ok(data) if data.is_empty() => {}
            Ok(data) if is_chunked => send_chunk(&mut write, &data).await.map_err(SendError::Upstream)?,
            Ok(data) => write.write_all(&data).await.map_err(SendError::Upstream)?,
            Err(frame) => trailers = frame.into_trailers().ok(),
        }
    }
    if is_chunked {
        let end = last_chunk(trailers.as_ref());
        write.write_all(&end).await.map_err(SendError::Upstream)?;
    }
    Ok(write)
}

async fn send_chunk(write: &mut OwnedWriteHalf, data: &[u8]) -> std::io::Result<()> {
    let mut size = [0; 18];
    let mut rest = &mut size[..];
    write!(rest, "{:x}\r\n", data.len())?;
    let left = rest.len();
    let size = &size[..18 - left];
    let mut parts = [std::io::IoSlice::new(size), std::io::IoSlice::new(data), std::io::IoSlice::new(b"\r\n")];
    let mut parts = &mut parts[..];
    while !parts.is_empty() {
        let written = write.write_vectored(parts).await?;
        if written == 0 {
            return Err(std::io::ErrorKind::WriteZero.into());
        }
        std::io::IoSlice::advance_slices(&mut parts, written);
    }
    Ok(())
}

fn last_chunk(trailers: Option<&HeaderMap>) -> Vec<u8> {
    let mut end = b"0\r\n".to_vec();
    for (name, value) in trailers.into_iter().flatten().filter(|(name, _)| !is_hop_by_hop(name)) {
        end.extend_from_slice(name.as_str().as_bytes());
        end.extend_from_slice(b": ");
        end.extend_from_slice(value.as_bytes());
        end.extend_from_slice(b"\r\n");
    }
    end.extend_from_slice(b"\r\n");
    end
}
