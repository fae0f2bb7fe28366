//! The value of `Properties`: names, types and widths of the columns.
use super::fault::quoted;
use super::numbers::integer;

/// What a frame has that does not say.
pub(crate) const DEFAULT: &str = "species:S:1:pos:R:3";

/// One property: a column, or several side by side.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Property {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// The number of columns, as claimed, at least one.
    pub(crate) width: usize,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Real,
    Integer,
    Text,
    Logical,
}

/// What a property is to the reader.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Role {
    Symbols,
    Numbers,
    Positions,
    Other,
}

impl Property {
    /// By its name in the file, or ASE's name for it.
    pub(crate) fn role(&self) -> Role {
        match self.name.as_str() {
            "species" | "symbols" => Role::Symbols,
            "Z" | "numbers" => Role::Numbers,
            "pos" | "positions" => Role::Positions,
            _ => Role::Other,
        }
    }
}

/// Reads `name:type:width` triples; the error says what is wrong with them.
pub(crate) fn parse(text: &str) -> Result<Vec<Property>, String> {
    // a colon at the end is forgiven, as ASE does
    let fields: Vec<&str> = text.strip_suffix(':').unwrap_or(text).split(':').collect();
    let (triples, rest) = fields.as_chunks::<3>();
    if !rest.is_empty() {
        return Err("`Properties` must be triples such as `pos:R:3`, joined by `:`".to_owned());
    }
    let mut properties: Vec<Property> = Vec::new();
    for &[name, kind, width] in triples {
        let property = property(name, kind, width)?;
        let role = property.role();
        if properties
            .iter()
            .any(|earlier| earlier.name == name || (role != Role::Other && earlier.role() == role))
        {
            return Err(format!("`Properties` names {} twice", quoted(name)));
        }
        properties.push(property);
    }
    let has = |role| properties.iter().any(|property| property.role() == role);
    if !has(Role::Positions) {
        return Err("`Properties` names no positions (`pos:R:3`)".to_owned());
    }
    if !has(Role::Symbols) && !has(Role::Numbers) {
        return Err("`Properties` names no elements (`species:S:1` or `Z:I:1`)".to_owned());
    }
    Ok(properties)
}

fn property(name: &str, kind: &str, width: &str) -> Result<Property, String> {
    let width = integer(width.trim())
        .and_then(|width| usize::try_from(width).ok())
        .filter(|&width| width > 0)
        .ok_or_else(|| format!("`Properties` gives {} no number of columns", quoted(name)))?;
    let kind = match kind {
        "R" => Kind::Real,
        "I" => Kind::Integer,
        "S" => Kind::Text,
        "L" => Kind::Logical,
        _ => {
            return Err(format!(
                "`Properties` gives {} no type of `S`, `R`, `I` and `L`",
                quoted(name)
            ));
        }
    };
    let property = Property {
        name: name.to_owned(),
        kind,
        width,
    };
    let sound = match property.role() {
        Role::Symbols => kind == Kind::Text && width == 1,
        Role::Numbers => kind == Kind::Integer && width == 1,
        Role::Positions => matches!(kind, Kind::Real | Kind::Integer) && width == 3,
        Role::Other => true,
    };
    if sound {
        Ok(property)
    } else {
        Err(format!(
            "`Properties` must have `species:S:1`, `Z:I:1` and `pos:R:3`, not another {}",
            quoted(name)
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triples_name_columns() {
        let properties = parse("species:S:1:pos:R:3:move_mask:L:1:").unwrap();
        assert_eq!(properties.len(), 3);
        assert_eq!(properties[2].kind, Kind::Logical);
        assert!(parse(DEFAULT).is_ok() && parse("Z:I:1:positions:I:3").is_ok());
    }

    #[test]
    fn what_describes_no_columns_is_refused() {
        for text in [
            "",
            "species",
            "species:S:1",
            "species:S:1:pos:R",
            "species:S:1:pos:R:2",
            "species:R:1:pos:R:3",
            "species:S:1:pos:R:3:f:X:3",
            "species:S:1:pos:R:3:f:R:0",
            "species:S:1:pos:R:3:f:R:-1",
            "species:S:1:pos:R:3:f:R:3:f:R:3",
            "species:S:1:pos:R:3:positions:R:3",
            "pos:R:3",
            "Z:R:1:pos:R:3",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
