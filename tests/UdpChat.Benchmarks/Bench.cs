using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace UdpChat.Benchmarks;

/// <summary>Our relay beside others, in turn on one machine: what it costs and what it gives.</summary>
internal sealed class Bench : IDisposable
{
    private const string NotInstalled = "not installed", PerSecond = "messages a second", Cost = "µs of the relay's processor a message";
    private const int LargeWindow = 1024;

    private readonly Settings _settings;
    private readonly ReferenceRelay? _reference;
    private readonly string? _nats = Programs.Find("nats-server"), _redis = Programs.Find("redis-server");
    private readonly Comparison _plainCost, _plainRate, _millionCost, _window64, _window1024, _objects, _stored, _latency, _objectLatency, _idle;

    private Bench(Settings settings, ReferenceRelay? reference)
    {
        (_settings, _reference) = (settings, reference);
        Contender Relay() => new("C relay") { Missing = reference is null ? ReferenceRelay.Missing : null };
        Contender Nats(string name) => new(name) { Missing = _nats is null ? NotInstalled : null };
        string users = settings.Users == PlainLoad.Busy ? $"{settings.Users} users" : $"{settings.Users:N0} users, {PlainLoad.Busy} of them busy";
        _plainCost = new($"Plain profile, {users}", Cost, true, Relay());
        _plainRate = new($"Plain profile, {users}", PerSecond, false, Relay());
        _millionCost = new($"Plain profile, {PlainLoad.MaxUsers:N0} users, {PlainLoad.Busy} of them busy", Cost, true, Relay());
        _window64 = new("One to one, 64 under way", PerSecond, false, Relay());
        _window1024 = new($"One to one, {LargeWindow} under way", PerSecond, false, Relay(), Nats("NATS core"), Nats("NATS JetStream"));
        _objects = new($"One to one, {LargeWindow} under way, an object each", PerSecond, false, Relay());
        _stored = new($"Stored and flushed, {Stored.Window} under way", PerSecond, false,
            new("Redis XADD") { Missing = _redis is null ? NotInstalled : null }, Nats("JetStream, not flushed"));
        _latency = new("There and back, one under way", "µs, median", true, Relay());
        _objectLatency = new("There and back, one under way, an object each", "µs, median", true, Relay());
        _idle = new($"{Idle.Users:N0} idle clients, each heard every 30 s and answered", "% of the relay's processor", true, Relay());
    }

    private Comparison[] Comparisons => [_plainCost, _plainRate, _millionCost, _window64, _window1024, _objects, _stored, _latency, _objectLatency, _idle];

    /// <summary>Measures, prints a table and draws a chart.</summary>
    public static async Task RunAsync(Settings settings)
    {
        string machine = $"{Machine.Describe()}; load before {Machine.Load}, {settings.Rounds} {(settings.Rounds == 1 ? "round" : "rounds")} of {settings.Seconds} s";
        using var bench = new Bench(settings, await ReferenceRelay.BuildAsync());
        for (int round = 0; round < settings.Rounds; round++)
        {
            Console.Error.WriteLine($"round {round + 1} of {settings.Rounds}");
            await bench.RunRoundAsync(round);
        }
        ComparisonTable.Print(bench.Comparisons, machine);
        BarChart.Write(settings.ChartPath, bench.Comparisons, machine);
        Console.WriteLine($"{settings.ChartPath} is the chart.");
    }

    public void Dispose() => _reference?.Dispose();

    private async Task RunRoundAsync(int round)
    {
        List<Func<Task>> turns =
        [
            MeasurePlainAsync, MeasureReferencePlainAsync, MeasureWindowsAsync, MeasureReferenceWindowsAsync, MeasureNatsAsync, MeasureJetStreamAsync,
            MeasureStoredAsync, MeasureRedisAsync, MeasureStoredJetStreamAsync, MeasureLatencyAsync, MeasureIdleAsync, MeasureReferenceIdleAsync,
        ];
        // Who begins changes, so that a drift of the machine favours nobody.
        if (round % 2 == 1)
            turns.Reverse();
        foreach (Func<Task> turn in turns)
            await turn();
    }

    private async Task MeasurePlainAsync()
    {
        using (RelayProcess relay = await RelayProcess.StartOursAsync(_settings))
            await MeasurePlainAsync(relay, _settings.Users, _plainCost.Ours, _plainRate.Ours);
        using (RelayProcess relay = await RelayProcess.StartOursAsync(_settings))
            await MeasurePlainAsync(relay, PlainLoad.MaxUsers, _millionCost.Ours);
    }

    private async Task MeasureReferencePlainAsync()
    {
        if (_reference is null)
            return;
        using (RelayProcess relay = await _reference.StartAsync(_settings))
            await MeasurePlainAsync(relay, _settings.Users, _plainCost.Others[0], _plainRate.Others[0]);
        using (RelayProcess relay = await _reference.StartAsync(_settings))
            await MeasurePlainAsync(relay, PlainLoad.MaxUsers, _millionCost.Others[0]);
    }

    private async Task MeasurePlainAsync(RelayProcess relay, int users, Contender cost, Contender? rate = null)
    {
        using var load = new PlainLoad(relay, users);
        await load.WarmUpAsync();
        Rate measured = await load.MeasureAsync(_settings.Seconds);
        cost.Values.Add(measured.RelayMicroseconds);
        rate?.Values.Add(measured.PerSecond);
        if (load.Repeated > 0)
            Console.Error.WriteLine($"{cost.Name}: {load.Repeated} messages were lost or late and sent again; the machine may be busy with something else.");
    }

    private async Task MeasureWindowsAsync()
    {
        (Rate Rate, Dictionary<string, object> Figures)[] measured = await Throughput.MeasureAsync(_settings);
        _window64.Ours.Values.Add(measured[0].Rate.PerSecond);
        _window1024.Ours.Values.Add(measured[1].Rate.PerSecond);
        _objects.Ours.Values.Add(measured[2].Rate.PerSecond);
    }

    private async Task MeasureReferenceWindowsAsync()
    {
        if (_reference is null)
            return;
        using RelayProcess relay = await _reference.StartAsync(_settings);
        using var pair = new BarePair(relay);
        _window64.Others[0].Values.Add((await pair.MeasureAsync(64, _settings.Seconds)).Rate.PerSecond);
        double perSecond = (await pair.MeasureAsync(LargeWindow, _settings.Seconds)).Rate.PerSecond;
        _window1024.Others[0].Values.Add(perSecond);
        _objects.Others[0].Values.Add(perSecond);
    }

    private async Task MeasureNatsAsync()
    {
        if (_nats is null)
            return;
        using TextServer server = await TextServer.StartNatsAsync(_settings, _nats);
        _window1024.Others[1].Values.Add((await server.MeasureAsync(LargeWindow, _settings.Seconds)).PerSecond);
    }

    private async Task MeasureJetStreamAsync()
    {
        if (_nats is null)
            return;
        using JetStream server = await JetStream.StartAsync(_settings, _nats);
        _window1024.Others[2].Values.Add((await server.MeasureAsync(LargeWindow, _settings.Seconds)).PerSecond);
    }

    private async Task MeasureStoredAsync() => _stored.Ours.Values.Add((await Stored.MeasureAsync(_settings)).Rate.PerSecond);

    private async Task MeasureRedisAsync()
    {
        if (_redis is not null)
            _stored.Others[0].Values.Add((await Stored.MeasureRedisAsync(_settings, _redis)).PerSecond);
    }

    private async Task MeasureStoredJetStreamAsync()
    {
        if (_nats is null)
            return;
        using JetStream server = await JetStream.StartAsync(_settings, _nats);
        _stored.Others[1].Values.Add((await server.MeasureStoredAsync(Stored.Window, _settings.Seconds)).PerSecond);
    }

    private async Task MeasureLatencyAsync()
    {
        await MeasureLatencyAsync(_latency, asBytes: true);
        await MeasureLatencyAsync(_objectLatency, asBytes: false);
    }

    private async Task MeasureLatencyAsync(Comparison comparison, bool asBytes)
    {
        (double[] ours, double[] reference) = await Latency.MeasureAsync(_settings, _reference, asBytes);
        comparison.Ours.Values.Add(Latency.Median(ours));
        if (reference.Length > 0)
            comparison.Others[0].Values.Add(Latency.Median(reference));
    }

    private async Task MeasureIdleAsync() => _idle.Ours.Values.Add(Idle.Percent(await Idle.MeasureAsync(_settings)));

    private async Task MeasureReferenceIdleAsync()
    {
        if (_reference is not null)
            _idle.Others[0].Values.Add(Idle.Percent(await Idle.MeasureReferenceAsync(_settings, _reference)));
    }
}
