//! A body that is unpacked while it is sent: a client that takes no encoding costs a window of memory, not the whole.

use std::fmt;
use std::io::{self, Cursor, Read};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};

/// Unpacked at a time: some 50 microseconds of work between two chances for other requests.
const CHUNK_BYTES: usize = 64 * 1024;

/// Plain bytes, out of Zstandard, piece by piece.
pub(crate) struct Unpacking {
    decoder: zstd::Decoder<'static, Cursor<Bytes>>,
    left: usize,
}

impl Unpacking {
    pub(crate) fn of(packed: Bytes, plain_len: usize) -> io::Result<Self> {
        Ok(Self { decoder: zstd::Decoder::with_buffer(Cursor::new(packed))?, left: plain_len })
    }

    fn next_chunk(&mut self) -> io::Result<Bytes> {
        let mut chunk = vec![0; CHUNK_BYTES.min(self.left)];
        self.decoder.read_exact(&mut chunk)?;
        self.left -= chunk.len();
        Ok(chunk.into())
    }
}

impl fmt::Debug for Unpacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unpacking").field("left", &self.left).finish_non_exhaustive()
    }
}

impl HttpBody for Unpacking {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Poll::Ready((self.left > 0).then(|| self.next_chunk().map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left as u64)
    }
}
