//! Checksums of a file's content, to be compared with the device's after an upload.

use ring::digest;

/// A way to sum up a content. Against damage on the way, not against an attacker: the connection sees to that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Checksum {
    /// MD5 (RFC 1321): what network devices have (`verify /md5`, `show file … md5sum`).
    Md5,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-512 (FIPS 180-4).
    Sha512,
}

impl Checksum {
    /// The sum of the content, in lower-case hexadecimal digits, as devices print it.
    ///
    /// ```
    /// use peering_drivers::transport::Checksum;
    ///
    /// assert_eq!(Checksum::Md5.of(b"abc"), "900150983cd24fb0d6963f7d28e17f72");
    /// ```
    pub fn of(self, content: &[u8]) -> String {
        let algorithm = match self {
            Checksum::Md5 => return format!("{:x}", md5::compute(content)),
            Checksum::Sha256 => &digest::SHA256,
            Checksum::Sha512 => &digest::SHA512,
        };
        digest::digest(algorithm, content).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Checksum;

    #[test]
    fn sums_are_those_of_the_standards() {
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Checksum::Sha256.of(b"abc"), sha256);
        assert!(Checksum::Sha512.of(b"abc").starts_with("ddaf35a193617abacc417349ae204131"));
        assert_eq!(Checksum::Sha512.of(b"").len(), 128);
        assert_eq!(Checksum::Md5.of(b""), "d41d8cd98f00b204e9800998ecf8427e");
    }
}
