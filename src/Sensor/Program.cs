using Sensor.Commands;

return SensorCli.RunProcess(args);
