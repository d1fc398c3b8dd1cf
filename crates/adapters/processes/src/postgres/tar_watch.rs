//! Finds one file in a tar archive that passes by.

const BLOCK: usize = 512;
/// The file lists all files of the database, at about 150 bytes each: this is enough for 400 thousand.
const CONTENT_BYTES_MAX: u64 = 64 << 20;

/// Watches an archive in pieces.
pub(super) struct TarWatch {
    wanted: &'static str,
    /// A header that has not passed whole yet.
    header: Vec<u8>,
    /// What of the current file, its padding included, is still to come.
    left: u64,
    /// What of the wanted file is still to come; `None` outside of it.
    wanted_left: Option<u64>,
    content: Vec<u8>,
    is_complete: bool,
}

impl TarWatch {
    pub(super) fn new(wanted: &'static str) -> Self {
        Self { wanted, header: Vec::new(), left: 0, wanted_left: None, content: Vec::new(), is_complete: false }
    }

    /// The next piece.
    pub(super) fn see(&mut self, mut piece: &[u8]) {
        while !piece.is_empty() {
            if self.left > 0 {
                let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(piece.len());
                self.keep(&piece[..length]);
                self.left -= length as u64;
                piece = &piece[length..];
                continue;
            }
            let length = (BLOCK - self.header.len()).min(piece.len());
            self.header.extend_from_slice(&piece[..length]);
            piece = &piece[length..];
            if self.header.len() == BLOCK {
                self.begin_file();
            }
        }
    }

    /// The wanted file, when it has passed whole.
    pub(super) fn content(&self) -> Option<&[u8]> {
        self.is_complete.then_some(&self.content)
    }

    fn keep(&mut self, bytes: &[u8]) {
        let Some(wanted) = self.wanted_left else { return };
        let length = usize::try_from(wanted).unwrap_or(usize::MAX).min(bytes.len());
        self.content.extend_from_slice(&bytes[..length]);
        let still = wanted - length as u64;
        self.is_complete = still == 0;
        self.wanted_left = (still > 0).then_some(still);
    }

    fn begin_file(&mut self) {
        let size = size(&self.header[124..136]).unwrap_or(0);
        let name: Vec<u8> = self.header[..100].iter().copied().take_while(|byte| *byte != 0).collect();
        if name == self.wanted.as_bytes() && size <= CONTENT_BYTES_MAX {
            self.content.clear();
            self.wanted_left = Some(size);
        }
        self.left = size.div_ceil(BLOCK as u64) * BLOCK as u64;
        self.header.clear();
    }
}

/// Octal digits, or a binary number behind a set bit when the file is larger than 8 GiB.
fn size(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        return Some(field[4..].iter().fold(0, |number, byte| number << 8 | u64::from(*byte)));
    }
    let text = std::str::from_utf8(field).ok()?.trim_matches(['\0', ' ']);
    u64::from_str_radix(text, 8).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_in_pieces_of_any_length() {
        let mut builder = tar::Builder::new(Vec::new());
        let large = vec![b'x'; 1300];
        let files: [(&str, &[u8]); 4] =
            [("base/1", &large), ("backup_manifest.old", b"no"), ("empty", b""), ("backup_manifest", b"{ yes }")];
        for (name, content) in files {
            let mut header = tar::Header::new_ustar();
            header.set_size(content.len() as u64);
            header.set_cksum();
            builder.append_data(&mut header, name, content).unwrap();
        }
        let archive = builder.into_inner().unwrap();
        for length in [1, 7, 512, 513, archive.len()] {
            let mut watch = TarWatch::new("backup_manifest");
            archive.chunks(length).for_each(|piece| watch.see(piece));
            assert_eq!(watch.content(), Some(&b"{ yes }"[..]), "in pieces of {length}");
        }
        let mut cut = TarWatch::new("backup_manifest");
        cut.see(&archive[..archive.len() - 1530]);
        assert_eq!(cut.content(), None);
    }

    #[test]
    fn a_size_is_octal_or_binary() {
        assert_eq!(size(b"00000002424\0"), Some(1300));
        assert_eq!(size(&[0x80, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]), Some(1 << 34));
    }
}
