//! The few colours, by what they stand for. Colour never carries meaning alone.

use anstyle::{AnsiColor, Style};

/// Something went wrong; a removed line.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Something to look at.
pub const WARN: Style = AnsiColor::Yellow.on_default();
/// Something good; an added line.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Positions and hunk headers.
pub const PLACE: Style = AnsiColor::Cyan.on_default();
/// Headings.
pub const STRONG: Style = Style::new().bold();
/// What can be passed over.
pub const FAINT: Style = Style::new().dimmed();
