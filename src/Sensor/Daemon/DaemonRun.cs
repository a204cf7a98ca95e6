using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Sensor.Commands;

namespace Sensor.Daemon;

/// <summary>Runs a daemon under the Generic Host, from its first signal handler to its exit status.</summary>
internal static class DaemonRun
{
    /// <summary>Lines of the log that may wait for a slow reader of standard error; more are dropped: a log must never stop detection.</summary>
    private const int MostLogLines = 4096;

    /// <summary>
    /// Runs until a signal or a failure and returns the exit status. A failure to start is thrown as a <see cref="CommandException"/>.
    /// <paramref name="started"/> is called once the daemon captures.
    /// </summary>
    public static int Run(Func<ILogger, DaemonParts> makeParts, CommandEnvironment environment, Action<SensorDaemon, Func<bool>>? started = null, CancellationToken stop = default)
    {
        using var lifetime = new SignalLifetime();
        using var host = Build(makeParts, environment, lifetime);
        var daemon = host.Services.GetRequiredService<SensorDaemon>();
        var parts = host.Services.GetRequiredService<DaemonParts>();
        var application = host.Services.GetRequiredService<IHostApplicationLifetime>();
        using var reload = new ReloadThread(new ConfigurationReload(daemon, parts));
        lifetime.ReloadAsked = reload.Ask;
        lifetime.Attach(application);
        using var outside = stop.Register(application.StopApplication);
        host.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        reload.Start();
        started?.Invoke(daemon, reload.RunNow);
        WaitHandle.WaitAny([application.ApplicationStopping.WaitHandle]);
        if (lifetime.Reason is { } signal)
            DaemonLog.Stopping(parts.Log, signal);
        reload.Stop();
        host.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        return daemon.ExitStatus;
    }

    private static IHost Build(Func<ILogger, DaemonParts> makeParts, CommandEnvironment environment, SignalLifetime lifetime)
    {
        // An empty builder: configuration is the sensor's own, and nothing is read from the current directory or the environment unasked.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ApplicationName = "sensor" });
        builder.Services.AddSingleton<ConsoleFormatter>(new SensorConsoleFormatter(IsUnderJournal, environment.ShowStackTraces));
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        // The host's own lines tell of the host, not of the sensor.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A failure to start is thrown as well and told once, in the sensor's words.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddConsole(static options =>
        {
            options.FormatterName = SensorConsoleFormatter.FormatName;
            options.LogToStandardErrorThreshold = LogLevel.Trace;
            options.MaxQueueLength = MostLogLines;
            options.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        builder.Services.AddSingleton<IHostLifetime>(lifetime);
        builder.Services.AddSingleton(services => makeParts(services.GetRequiredService<ILoggerFactory>().CreateLogger("sensor")));
        builder.Services.AddSingleton<SensorDaemon>();
        builder.Services.AddHostedService(static services => services.GetRequiredService<SensorDaemon>());
        // The daemon keeps its own time; the host must not be the one to cut it short.
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromMinutes(15));
        return builder.Build();
    }

    /// <summary>systemd names the stream that goes to the journal.</summary>
    private static bool IsUnderJournal => Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 };

    /// <summary>Reloads on a thread of its own, one after the other; what is asked for while one runs is one more.</summary>
    private sealed class ReloadThread(ConfigurationReload reload) : IDisposable
    {
        private readonly SemaphoreSlim _asked = new(0);
        private volatile bool _isStopped;
        private Thread? _thread;

        public void Dispose() => _asked.Dispose();

        public void Ask() => _asked.Release();

        public bool RunNow() => reload.Run();

        public void Start()
        {
            _thread = new Thread(Loop) { Name = "reload", IsBackground = true };
            _thread.Start();
        }

        public void Stop()
        {
            _isStopped = true;
            _asked.Release();
            _thread?.Join();
        }

        private void Loop()
        {
            while (true)
            {
                _asked.Wait();
                if (_isStopped)
                    return;
                while (_asked.Wait(0))
                {
                }
                if (_isStopped)
                    return;
                reload.Run();
            }
        }
    }
}
