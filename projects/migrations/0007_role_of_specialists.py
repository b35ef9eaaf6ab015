from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0006_known_languages_and_currencies'),
    ]

    operations = [
        migrations.AlterField(
            model_name='membership',
            name='role',
            field=models.CharField(choices=[('owner', 'owner'), ('staff', 'manager'), ('specialist', 'specialist')], default='staff', max_length=10),
        ),
    ]
