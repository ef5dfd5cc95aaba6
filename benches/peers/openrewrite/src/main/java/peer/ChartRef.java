package peer;

import java.util.ArrayList;
import java.util.List;
import org.openrewrite.ExecutionContext;
import org.openrewrite.Recipe;
import org.openrewrite.TreeVisitor;
import org.openrewrite.yaml.YamlIsoVisitor;
import org.openrewrite.yaml.YamlParser;
import org.openrewrite.yaml.tree.Yaml;

/** Replaces {@code spec.chart} by {@code spec.chartRef} in HelmReleases of one chart, at the same place. */
public final class ChartRef extends Recipe {
    private static final String CHART = "app-template";
    private static final String REFERENCE = """
            kind: OCIRepository
            name: app-template
            namespace: flux-system
            """;

    @Override
    public String getDisplayName() {
        return "Point app-template releases at the shared OCIRepository";
    }

    @Override
    public String getDescription() {
        return "Replaces `spec.chart` by `spec.chartRef` and touches nothing else.";
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor() {
        Yaml.Mapping reference = parseReference();
        return new YamlIsoVisitor<>() {
            @Override
            public Yaml.Document visitDocument(Yaml.Document document, ExecutionContext context) {
                // No call of super: what is looked for sits at a known path, so a full visit would only cost time.
                Yaml.Mapping.Entry spec = entry(document.getBlock(), "spec");
                if (spec == null || !"HelmRelease".equals(text(entry(document.getBlock(), "kind")))) {
                    return document;
                }
                Yaml.Mapping.Entry chart = entry(spec.getValue(), "chart");
                if (chart == null || !CHART.equals(text(below(below(chart, "spec"), "chart")))) {
                    return document;
                }
                Yaml.Mapping specBlock = (Yaml.Mapping) spec.getValue();
                Yaml.Mapping root = (Yaml.Mapping) document.getBlock();
                Yaml.Mapping newSpec = replace(specBlock, chart, pointed(chart, reference));
                return document.withBlock(replace(root, spec, spec.withValue(newSpec)));
            }
        };
    }

    private static Yaml.Mapping parseReference() {
        Yaml.Documents parsed = (Yaml.Documents) YamlParser.builder().build().parse(REFERENCE).findFirst().orElseThrow();
        return (Yaml.Mapping) parsed.getDocuments().get(0).getBlock();
    }

    /** The entry under its new key, its lines indented like the lines they replace. */
    private static Yaml.Mapping.Entry pointed(Yaml.Mapping.Entry chart, Yaml.Mapping reference) {
        String indent = ((Yaml.Mapping) chart.getValue()).getEntries().get(0).getPrefix();
        List<Yaml.Mapping.Entry> lines = new ArrayList<>();
        for (Yaml.Mapping.Entry line : reference.getEntries()) {
            lines.add(line.withPrefix(indent));
        }
        Yaml.Scalar key = ((Yaml.Scalar) chart.getKey()).withValue("chartRef");
        return chart.withKey(key).withValue(reference.withEntries(lines));
    }

    private static Yaml.Mapping replace(Yaml.Mapping mapping, Yaml.Mapping.Entry old, Yaml.Mapping.Entry replacement) {
        List<Yaml.Mapping.Entry> entries = new ArrayList<>(mapping.getEntries());
        entries.set(entries.indexOf(old), replacement);
        return mapping.withEntries(entries);
    }

    private static Yaml.Mapping.Entry below(Yaml.Mapping.Entry entry, String key) {
        return entry == null ? null : entry(entry.getValue(), key);
    }

    private static Yaml.Mapping.Entry entry(Yaml.Block block, String key) {
        if (block instanceof Yaml.Mapping mapping) {
            for (Yaml.Mapping.Entry entry : mapping.getEntries()) {
                if (key.equals(entry.getKey().getValue())) {
                    return entry;
                }
            }
        }
        return null;
    }

    private static String text(Yaml.Mapping.Entry entry) {
        return entry != null && entry.getValue() instanceof Yaml.Scalar scalar ? scalar.getValue() : null;
    }
}
