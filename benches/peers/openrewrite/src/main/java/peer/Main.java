package peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.openrewrite.ExecutionContext;
import org.openrewrite.InMemoryExecutionContext;
import org.openrewrite.Result;
import org.openrewrite.SourceFile;
import org.openrewrite.internal.InMemoryLargeSourceSet;
import org.openrewrite.yaml.YamlParser;

/**
 * Loads every YAML file under a folder, runs {@link ChartRef} and writes nothing.
 *
 * <p>Prints the changed paths; with {@code --diff} their unified diffs instead.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[0]);
        boolean diff = args.length > 1 && args[1].equals("--diff");
        ExecutionContext context = new InMemoryExecutionContext(error -> System.err.println(error.getMessage()));
        List<SourceFile> sources =
                YamlParser.builder().build().parse(yamlFiles(root), root, context).toList();
        List<Result> results =
                new ChartRef().run(new InMemoryLargeSourceSet(sources), context).getChangeset().getAllResults();
        StringBuilder out = new StringBuilder();
        for (Result result : results) {
            out.append(diff ? result.diff() : result.getAfter().getSourcePath() + "\n");
        }
        System.out.print(out);
    }

    private static List<Path> yamlFiles(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Main::isYaml).sorted().toList();
        }
    }

    private static boolean isYaml(Path path) {
        String name = path.getFileName().toString();
        return (name.endsWith(".yaml") || name.endsWith(".yml")) && Files.isRegularFile(path);
    }
}
