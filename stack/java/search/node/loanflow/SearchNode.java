package loanflow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.codelibs.opensearch.runner.node.OpenSearchRunnerNode;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;

/**
 * One OpenSearch node in this JVM, on loopback, with the modules the runner artifact brings.
 * Arguments: home folder, HTTP port, transport port, then any key=value settings.
 * Ours, not the main of the runner: that one hides every error and refuses ports above 9299.
 */
public final class SearchNode {
    private static final List<String> MODULES = List.of(
            "org.opensearch.analysis.common.CommonAnalysisPlugin",
            "org.opensearch.geo.GeoModulePlugin",
            "org.opensearch.index.mapper.MapperExtrasPlugin",
            "org.opensearch.index.reindex.ReindexPlugin",
            "org.opensearch.ingest.common.IngestCommonPlugin",
            "org.opensearch.join.ParentJoinPlugin",
            "org.opensearch.painless.PainlessPlugin",
            "org.opensearch.script.expression.ExpressionPlugin",
            "org.opensearch.script.mustache.MustachePlugin",
            "org.opensearch.search.aggregations.matrix.MatrixAggregationPlugin",
            "org.opensearch.transport.Netty4Plugin");

    private SearchNode() { }

    /** 2.x says XPlugin, 3.x says XModulePlugin. */
    private static Class<?> module(String name) throws ClassNotFoundException {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            return Class.forName(name.replaceAll("Plugin$", "ModulePlugin"));
        }
    }

    @SuppressWarnings("unchecked")
    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]).toAbsolutePath();
        Settings.Builder settings = Settings.builder()
                .put("path.home", home).put("path.data", home.resolve("data")).put("path.logs", home.resolve("logs"))
                .put("cluster.name", "loanflow").put("node.name", "search-1").put("discovery.type", "single-node")
                .put("network.host", "127.0.0.1").put("http.port", args[1]).put("transport.port", args[2])
                .put("http.type", "netty4").put("transport.type", "netty4")
                .put("action.auto_create_index", "false").put("action.destructive_requires_name", "true")
                .put("node.store.allow_mmap", "true").put("cluster.routing.allocation.disk.threshold_enabled", "false");
        for (int i = 3; i < args.length; i++) {
            String[] kv = args[i].split("=", 2);
            settings.put(kv[0], kv[1]);
        }
        List<Class<? extends Plugin>> modules = new ArrayList<>();
        for (String name : MODULES) {
            modules.add((Class<? extends Plugin>) module(name));
        }
        for (String name : System.getProperty("extra.modules", "").split(",")) {
            if (!name.isEmpty()) {
                modules.add((Class<? extends Plugin>) Class.forName(name));
            }
        }
        LogConfigurator.registerErrorListener();
        var environment = InternalSettingsPreparer.prepareEnvironment(settings.build(), Map.of(), home.resolve("config"), () -> "search-1");
        CountDownLatch closed = new CountDownLatch(1);
        Node node = new OpenSearchRunnerNode(environment, modules);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
                node.awaitClose(20, TimeUnit.SECONDS);
            } catch (Exception e) {
                e.printStackTrace();
            }
            closed.countDown();
        }, "search-close"));
        node.start();
        System.out.println("search node ready on 127.0.0.1:" + args[1]);
        closed.await();
    }
}
