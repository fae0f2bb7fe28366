//! Symbols of the elements and their numbers; 0 is `X`, a site without an element, as in ASE.

/// Symbols by atomic number.
const SYMBOLS: [&str; 119] = [
    "X", "H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg", "Al", "Si", "P", "S",
    "Cl", "Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge",
    "As", "Se", "Br", "Kr", "Rb", "Sr", "Y", "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd",
    "In", "Sn", "Sb", "Te", "I", "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd",
    "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W", "Re", "Os", "Ir", "Pt", "Au", "Hg",
    "Tl", "Pb", "Bi", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Th", "Pa", "U", "Np", "Pu", "Am", "Cm",
    "Bk", "Cf", "Es", "Fm", "Md", "No", "Lr", "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn",
    "Nh", "Fl", "Mc", "Lv", "Ts", "Og",
];
const LETTERS: usize = 26;
/// The atomic number by first letter and second letter or none; [`NONE`] where there is no such element.
const NUMBERS: [u8; LETTERS * (LETTERS + 1)] = numbers();
const NONE: u8 = u8::MAX;

/// The symbol of an atomic number, where there is an element of that number.
#[must_use]
pub fn symbol(number: u8) -> Option<&'static str> {
    SYMBOLS.get(usize::from(number)).copied()
}

/// The atomic number of a symbol in letters of any case.
pub(crate) fn atomic_number(symbol: &str) -> Option<u8> {
    let letter = |byte: u8| {
        byte.is_ascii_alphabetic()
            .then(|| usize::from(byte.to_ascii_uppercase() - b'A'))
    };
    let (first, second) = match *symbol.as_bytes() {
        [first] => (letter(first)?, 0),
        [first, second] => (letter(first)?, letter(second)? + 1),
        _ => return None,
    };
    let number = NUMBERS[first * (LETTERS + 1) + second];
    (number != NONE).then_some(number)
}

const fn numbers() -> [u8; LETTERS * (LETTERS + 1)] {
    let mut numbers = [NONE; LETTERS * (LETTERS + 1)];
    let mut number = 0;
    while number < SYMBOLS.len() {
        let symbol = SYMBOLS[number].as_bytes();
        let second = if symbol.len() == 2 {
            (symbol[1] - b'a') as usize + 1
        } else {
            0
        };
        numbers[(symbol[0] - b'A') as usize * (LETTERS + 1) + second] = number as u8;
        number += 1;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_symbol_leads_to_its_number_and_back() {
        for number in 0..=118 {
            let name = symbol(number).unwrap();
            assert_eq!(atomic_number(name), Some(number));
            assert_eq!(atomic_number(&name.to_uppercase()), Some(number));
        }
        assert_eq!(symbol(119), None);
        for wrong in ["", "D", "Q", "Cuu", "6", "C1", "É"] {
            assert_eq!(atomic_number(wrong), None, "{wrong}");
        }
    }
}
