//! Files that are nearly extended XYZ: pieces of the corpus, cut, joined and spoilt.
use std::ops::Range;

/// Words that readers of this format trip over.
const WORDS: [&str; 48] = [
    "Lattice=\"",
    "Properties=",
    "species:S:1:pos:R:3",
    ":forces:R:3",
    ":Z:I:1",
    ":mask:L:1",
    ":x:R:4000000000000",
    "pbc=\"T T F\"",
    "pbc",
    "pbc=maybe",
    "energy=",
    "stress=\"",
    "virial={",
    "config_type=IsolatedAtom",
    "trajectory=a",
    "_JSON [[1, 2], [3, 4]]",
    "_JSON {\"a\": ",
    "\"_JSON [",
    "[[",
    "]]",
    "{",
    "}",
    "\"",
    "'",
    "\\",
    "=",
    " = ",
    ",",
    ":",
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "\u{feff}",
    "\u{2028}",
    "é",
    "VEC1 1 0 0\n",
    "VEC2",
    "nan",
    "-inf",
    "1e309",
    "-1",
    "0",
    "18446744073709551616",
    "9223372036854775807",
    "1_0",
    "1.0D+00",
];
/// Numbers at which arithmetic ends.
const NUMBERS: [&str; 12] = [
    "0",
    "-0.0",
    "1e-308",
    "1e308",
    "-1e300",
    "1e9",
    "2147483648",
    "nan",
    "inf",
    "0.1",
    "100000",
    "1e-9",
];
/// No input grows beyond this, in bytes.
const LONGEST: usize = 1 << 14;

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
#[derive(Debug)]
struct Random {
    state: u64,
}

impl Random {
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, or 0; the slight bias of the remainder does not matter here.
    fn below(&mut self, bound: usize) -> usize {
        (self.bits() % bound.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    /// A short range of a text.
    fn range(&mut self, length: usize) -> Range<usize> {
        let start = self.below(length + 1);
        let most = if self.below(4) == 0 { length } else { 24 };
        start..length.min(start + self.below(most + 1))
    }
}

/// Input number `index` of a seed.
#[must_use]
pub fn input(corpus: &[Vec<u8>], seed: u64, index: u64) -> Vec<u8> {
    let mut random = Random {
        state: seed ^ index.wrapping_mul(0xd134_2543_de82_ef95),
    };
    random.bits();
    let mut bytes = Vec::new();
    for _ in 0..=random.below(3) {
        bytes.extend(random.of(corpus).into_iter().flatten());
    }
    for _ in 0..=random.below(6) {
        mutate(&mut bytes, corpus, &mut random);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn mutate(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let length = bytes.len();
    match random.below(11) {
        0 => {
            if let Some(byte) = bytes.get_mut(random.below(length)) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => {
            if let Some(byte) = bytes.get_mut(random.below(length)) {
                *byte = random.below(256) as u8;
            }
        }
        2 => {
            bytes.drain(random.range(length));
        }
        3 => {
            let piece = bytes.get(random.range(length)).unwrap_or_default().to_vec();
            insert(bytes, random.below(length + 1), &piece);
        }
        4 | 5 => {
            let word = random.of(&WORDS).map_or("", |word| word);
            insert(bytes, random.below(length + 1), word.as_bytes());
        }
        6 | 7 => {
            let number = random.of(&NUMBERS).map_or("", |number| number);
            let tokens = pieces(bytes, |byte| byte.is_ascii_whitespace() || byte == b'"');
            if let Some(token) = random.of(&tokens) {
                bytes.splice(token.clone(), number.bytes());
            }
        }
        8 => {
            let lines = pieces(bytes, |byte| byte == b'\n');
            if let Some(line) = random.of(&lines).and_then(|line| bytes.get(line.clone())) {
                let mut line = line.to_vec();
                line.push(b'\n');
                let starts: Vec<usize> = lines.iter().map(|line| line.start).collect();
                let place = random.of(&starts).copied().unwrap_or(0);
                insert(bytes, place, &line);
            }
        }
        9 => bytes.truncate(random.below(length + 1)),
        _ => {
            let other = random.of(corpus).map_or(&[][..], Vec::as_slice);
            let piece = other.get(random.range(other.len())).unwrap_or_default();
            insert(bytes, random.below(length + 1), piece);
        }
    }
}

fn insert(bytes: &mut Vec<u8>, place: usize, piece: &[u8]) {
    bytes.splice(place..place, piece.iter().copied());
}

/// The stretches between the bytes that part them.
fn pieces(bytes: &[u8], parts: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if parts(byte) {
            if start < at {
                found.push(start..at);
            }
            start = at + 1;
        }
    }
    if start < bytes.len() {
        found.push(start..bytes.len());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_the_same_whenever_it_is_made_and_others_differ() {
        let corpus = [
            b"2\n\nH 0 0 0\nH 0 0 1\n".to_vec(),
            b"1\n\nC 0 0 0\n".to_vec(),
        ];
        let all: Vec<Vec<u8>> = (0..50).map(|index| input(&corpus, 7, index)).collect();
        assert_eq!(
            all,
            (0..50)
                .map(|index| input(&corpus, 7, index))
                .collect::<Vec<_>>()
        );
        let mut distinct = all.clone();
        distinct.sort();
        distinct.dedup();
        assert!(distinct.len() > 40);
        assert!(input(&[], 1, 1).len() < 100);
    }
}
