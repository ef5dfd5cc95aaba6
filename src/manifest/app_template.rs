//! What the bjw-s app-template chart makes of a release's values: its controllers.
//!
//! Source: the chart's `values.schema.json`, `controllers.<id>.type`.

use crate::yaml::Node;

/// The chart's name.
pub const CHART: &str = "app-template";

/// Kinds that app-template makes from `controllers.*.type`, from the least to the most risky to replace.
pub const KINDS: [&str; 5] = ["Job", "CronJob", "DaemonSet", "Deployment", "StatefulSet"];

/// The workload kinds of a release, one for each controller in file order; `deployment` is the chart's default.
///
/// A disabled controller (`enabled: false`) makes nothing.
pub fn workloads(values: Node<'_>) -> Vec<&'static str> {
    let controllers = values.get("controllers").into_iter().flat_map(|node| node.entries());
    controllers
        .filter(|(_, body)| body.get("enabled").and_then(|node| node.as_bool()) != Some(false))
        .map(|(_, body)| kind_of(body.get("type").and_then(|node| node.scalar())))
        .collect()
}

fn kind_of(controller_type: Option<&str>) -> &'static str {
    let wanted = controller_type.unwrap_or("deployment");
    KINDS.into_iter().find(|kind| kind.eq_ignore_ascii_case(wanted)).unwrap_or("Deployment")
}
