namespace Sensor.Commands;

/// <summary>What the process tells its caller when it ends.</summary>
public static class ExitCode
{
    /// <summary>Finished: everything was read, whatever was found.</summary>
    public const int Finished = 0;

    /// <summary>Failed, or part of the input could not be read; what was readable has been reported.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is wrong; nothing was run.</summary>
    public const int Usage = 2;

    /// <summary>
    /// An alert at or over --fail-on was raised. Wins over <see cref="Failed"/>: damage at the end of a file does not make a found attack
    /// less true, and a script that asked for this status asked about attacks; the warning line is printed all the same.
    /// </summary>
    public const int AlertRaised = 3;

    /// <summary>
    /// Rights are missing to do it at all (EX_NOPERM of sysexits(3)): starting it again would change nothing, so a service manager should not.
    /// </summary>
    public const int NoPermission = 77;

    /// <summary>Interrupted by SIGINT (128 + 2, as shells count); what had been read was reported.</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by SIGTERM (128 + 15); what had been read was reported.</summary>
    public const int Terminated = 143;
}
