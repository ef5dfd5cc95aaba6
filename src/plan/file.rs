//! A plan as a file: canonical JSON, content-addressed, read back only when nobody changed it.
//!
//! The form is fixed: fields in declared order, maps sorted, two spaces, one line break at the end. The id is the
//! digest of that form with an empty id, so equal plans have equal ids and a changed plan is recognised.

use super::change::digest;
use super::data::{Inputs, Plan};

/// Name and version of the form.
pub(super) const SCHEMA: &str = "hops.plan/v1";

/// Why a text is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// It is not JSON, or lacks what a plan has.
    #[error("it is no plan: {0}")]
    Malformed(String),
    /// A form that this version does not know.
    #[error("it has the form `{0}`; this hops reads `{SCHEMA}`")]
    OtherForm(String),
    /// The content does not give the id.
    #[error("it was changed after it was made: its content does not give its id")]
    Changed,
}

impl Plan {
    /// Names what the plan was made from, and gives it its id.
    #[must_use]
    pub fn seal(mut self, inputs: Inputs) -> Plan {
        self.inputs = inputs;
        self.id = self.fingerprint();
        self
    }

    /// The canonical JSON.
    pub fn canonical(&self) -> String {
        // Every field has a JSON form: maps have text keys, and numbers are finite.
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text + "\n"
    }

    /// Reads a plan and checks its id.
    pub fn read(text: &str) -> Result<Plan, PlanFileError> {
        let malformed = |error: serde_json::Error| PlanFileError::Malformed(error.to_string());
        let value: serde_json::Value = serde_json::from_str(text).map_err(malformed)?;
        match value.get("schema").and_then(serde_json::Value::as_str) {
            Some(SCHEMA) => {}
            Some(other) => return Err(PlanFileError::OtherForm(other.to_string())),
            None => return Err(PlanFileError::Malformed("it has no `schema`".into())),
        }
        let plan: Plan = serde_json::from_str(text).map_err(malformed)?;
        if plan.fingerprint() == plan.id { Ok(plan) } else { Err(PlanFileError::Changed) }
    }

    fn fingerprint(&self) -> String {
        digest(Plan { id: String::new(), ..self.clone() }.canonical().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::RecipeId;

    fn plan() -> Plan {
        let recipe = RecipeId { name: "example".into(), version: "1.0.0".into(), digest: "sha256:0".into() };
        let empty = Plan {
            schema: SCHEMA.into(),
            id: String::new(),
            recipe,
            parameters: [("level".to_string(), "none".into())].into(),
            given: Vec::new(),
            inputs: Inputs::default(),
            targets: Vec::new(),
            skipped: Vec::new(),
            lanes: Vec::new(),
            batches: Vec::new(),
            notes: vec!["seen".into()],
        };
        empty.seal(Inputs { files: 3, ..Inputs::default() })
    }

    #[test]
    fn a_plan_is_read_back_to_the_byte() {
        let text = plan().canonical();
        assert_eq!(Plan::read(&text).unwrap().canonical(), text);
        assert_eq!(Plan::read(&text).unwrap(), plan());
    }

    #[test]
    fn a_changed_plan_is_refused() {
        let text = plan().canonical().replace("seen", "seem");
        assert!(matches!(Plan::read(&text), Err(PlanFileError::Changed)));
        let other = plan().canonical().replace(SCHEMA, "hops.plan/v9");
        assert!(matches!(Plan::read(&other), Err(PlanFileError::OtherForm(form)) if form == "hops.plan/v9"));
        for text in ["", "{}", "[]", "{\"schema\":\"hops.plan/v1\"}"] {
            assert!(matches!(Plan::read(text), Err(PlanFileError::Malformed(_))), "{text}");
        }
    }
}
