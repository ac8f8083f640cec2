//! The headers of a tar, with right checksums, so that a change of a byte is read and not refused.

const BLOCK: usize = 512;
const SUM: std::ops::Range<usize> = 148..156;

/// The same bytes, with a right checksum in each header.
pub(super) fn with_checksums(bytes: &[u8]) -> Vec<u8> {
    let mut tar = bytes.to_vec();
    for block in tar.chunks_exact_mut(BLOCK) {
        if block[257..262] == *b"ustar" {
            block[SUM].fill(b' ');
            let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
            block[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
    tar
}

/// A tar of files, each with the comment of a pax header where it has one.
pub(super) fn tar_of<'f>(
    files: impl IntoIterator<Item = (&'f str, Option<&'f [u8]>, &'f [u8])>,
) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, comment, bytes) in files {
        let extensions = comment.map(|comment| ("comment", comment));
        builder.append_pax_extensions(extensions).unwrap();
        let mut header = tar::Header::new_ustar();
        let name = &mut header.as_old_mut().name;
        name.iter_mut()
            .zip(path.bytes())
            .for_each(|(to, from)| *to = from);
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        builder.append(&header, bytes).unwrap();
    }
    builder.into_inner().unwrap()
}
